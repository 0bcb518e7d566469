/** The whole comparison as JSON. */

import type { Format } from './format.ts';

export const toJson: Format = (comparison) => `${JSON.stringify(comparison, null, 2)}\n`;
