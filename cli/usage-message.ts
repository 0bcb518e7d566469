/** The message of a usage error, with the option as the command line spells it. */

import type { UsageError } from '../wire/usage-error.ts';
import { longName } from './options/long-name.ts';

export function usageMessage(error: UsageError): string {
  return error.describe((option) => `--${longName(option)}`);
}
