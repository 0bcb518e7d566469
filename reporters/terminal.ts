/** The report for people. One target: its result, what failed, the findings. Several: a row each, each finding once. */

import type { TargetReport } from '../report/report.ts';
import type { ProfileName } from '../scoring/profiles.ts';
import type { CreateReporter } from './reporter.ts';
import { InOrder } from './terminal/in-order.ts';
import { Overview } from './terminal/overview.ts';
import { lastLine, runLine, targetResult, withHint } from './terminal/result.ts';
import { createStyle } from './terminal/style.ts';
import { howToSeeMore, profileLine, targetLines } from './terminal/target.ts';

export const createTerminalReporter: CreateReporter = ({ output, verbosity, reproduceCommand }) => {
  const style = createStyle(output);
  const { paint } = style;
  const print = (lines: readonly string[]): void => {
    if (lines.length > 0) output.write(`${lines.join('\n')}\n`);
  };
  const isDetailed = verbosity === 'probes' || verbosity === 'bytes';
  let profile: ProfileName = 'mdn';
  /** Nobody knows how many targets there will be: each is printed when it ends. */
  let isStream = false;
  let single: TargetReport | null = null;
  let overview: Overview | null = null;
  const order = new InOrder(print);
  /** Rows that come behind the details of all targets. */
  const rows: string[] = [];
  const rowOrder = new InOrder((lines) => void rows.push(...lines));

  const wholeTarget = (target: TargetReport): string[] =>
    targetLines(target, profile, verbosity, style, reproduceCommand);

  return {
    needs: 'targets',
    onRunStart(start) {
      profile = start.profile;
      if (isDetailed)
        print([paint.dim(`${start.tool.name} ${start.tool.version}`), ...profileLine(profile, style), '']);
      const { planned } = start;
      isStream = planned === null;
      if (planned === null || planned.targets < 2 || verbosity === 'quiet') return;
      overview = new Overview(planned.targets, style);
      if (!isDetailed) print([overview.heading()]);
    },
    onTarget(target, index) {
      if (isStream) print(isDetailed ? [...wholeTarget(target), ''] : [targetResult(target, style)]);
      else if (verbosity === 'quiet') order.add(index, [targetResult(target, style)]);
      else if (overview === null) {
        single = target;
        print(wholeTarget(target));
      } else if (isDetailed) {
        order.add(index, [...wholeTarget(target), '']);
        rowOrder.add(index, overview.add(target, index));
      } else order.add(index, overview.add(target, index));
    },
    onRunEnd(run) {
      order.end();
      if (overview !== null) {
        rowOrder.end();
        print([...(isDetailed ? [overview.heading(), ...rows] : []), ...overview.end(), '']);
      }
      if (single !== null)
        print(['', ...withHint(lastLine(single, run, style), howToSeeMore(single, verbosity), style)]);
      else if (verbosity !== 'quiet' || run.summary.targets > 1 || run.partial) {
        const hint = (overview !== null || isStream) && verbosity === 'normal' ? '-v: each target' : null;
        print(withHint(runLine(run, style), hint, style));
      }
    },
  };
};
