/** The events of the audit as JSON, one a line, each as it happens. */

import type { AuditEvent } from '../report/events.ts';
import { toJson } from './json-text.ts';
import type { CreateReporter } from './reporter.ts';

export const createNdjsonReporter: CreateReporter = ({ output }) => {
  const write = (event: AuditEvent): void => output.write(`${toJson(event)}\n`);
  return { onRunStart: write, onTargetStart: write, onProbe: write, onTargetEnd: write, onRunEnd: write };
};
