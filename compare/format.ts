/** What every format of a comparison is. */

import type { Page } from '../reporters/reporter.ts';
import type { Comparison } from './comparison.ts';

/** A comparison as text. */
export type Format = (comparison: Comparison, page: Page) => string;
