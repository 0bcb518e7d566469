/** GitHub Actions: what the environment says of the step that runs, and the reports that it adds. */

import { placeOf, type ReportDestination } from '../output/destinations.ts';

/** The step that runs, as GitHub's runner describes it. */
export interface GitHubStep {
  /** The runner reads the log and executes the workflow commands in it. */
  readonly isWorkflow: boolean;
  /** Markdown appended to this file is shown on the page of the run; null if there is none. */
  readonly summaryFile: string | null;
}

export function gitHubStep(env: Readonly<Record<string, string | undefined>> = process.env): GitHubStep {
  return { isWorkflow: env.GITHUB_ACTIONS === 'true', summaryFile: env.GITHUB_STEP_SUMMARY || null };
}

type AddedName = 'github' | 'markdown';

/** Bytes: GitHub rejects a step summary of 1 MiB or more. */
const summaryLimit = 1024 * 1024 - 1;

/**
 * In a workflow, adds annotations on standard error, so that standard output stays as requested; with annotations,
 * also a Markdown report for the summary of the step.
 */
export function withGitHub<Name extends string>(
  destinations: readonly ReportDestination<Name>[],
  { isWorkflow, summaryFile }: GitHubStep,
): readonly ReportDestination<Name | AddedName>[] {
  const isRequested = destinations.some(({ name }) => name === 'github');
  if (!isRequested && !isWorkflow) return destinations;
  const annotations: ReportDestination<AddedName> = { name: 'github', sink: { kind: 'stderr' } };
  const all = isRequested ? destinations : [...destinations, annotations];
  if (summaryFile === null) return all;
  const summary: ReportDestination<AddedName> = {
    name: 'markdown',
    sink: { kind: 'end-of-file', file: summaryFile, limit: summaryLimit },
  };
  // An explicit reporter for that file takes precedence.
  return all.some((one) => placeOf(one) === placeOf(summary)) ? all : [...all, summary];
}
