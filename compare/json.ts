/** The whole comparison as JSON. */

import { escapeInJson } from '../reporters/ci-commands.ts';
import type { Format } from './format.ts';

export const toJson: Format = (comparison) => `${escapeInJson(JSON.stringify(comparison, null, 2))}\n`;
