/** The last line of the terminal report alone: what a run comes to, where its reports go to files. */

import type { TargetReport } from '../report/report.ts';
import type { CreateReporter } from './reporter.ts';
import { lastLine, runLine } from './terminal/result.ts';
import { createStyle } from './terminal/style.ts';

export const createResultLineReporter: CreateReporter = ({ output }) => {
  const style = createStyle(output);
  let single: TargetReport | null = null;
  let isSingle = false;
  return {
    needs: 'targets',
    onRunStart({ planned }) {
      isSingle = planned?.targets === 1;
    },
    onTarget(target) {
      if (isSingle) single = target;
    },
    onRunEnd(run) {
      const line = single === null ? runLine(run, style) : lastLine(single, run, style);
      output.write(`${line}\n`);
    },
  };
};
