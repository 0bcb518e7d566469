/** Where the sarif report points: GitHub shows a finding at a line of a file in the repository, not at a URL. */

import { statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { TargetInput } from '../audit/plan/targets.ts';
import type { ReporterOptions } from '../reporters/reporter.ts';
import { isRepositoryFile } from '../reporters/repository-file.ts';
import { UsageError } from '../wire/usage-error.ts';
import type { ReportDestination } from './output/destinations.ts';

/**
 * Reads `--sarif-location`.
 *
 * @param targets null where none is defined in a file: clients, and targets that come as a stream
 * @throws UsageError for a file outside the repository, and if the sarif report is requested but neither the option
 * nor the target says where to point
 */
export function readSarifLocation(
  given: string | undefined,
  destinations: readonly ReportDestination[],
  targets: readonly (string | TargetInput)[] | null = null,
): Pick<ReporterOptions, 'sarifLocation'> {
  if (given !== undefined) return { sarifLocation: repositoryFile(given) };
  const isRequested = destinations.some(({ name }) => name === 'sarif');
  const isPlaced = (target: string | TargetInput): boolean =>
    typeof target !== 'string' && target.location !== undefined && isRepositoryFile(target.location.file);
  if (isRequested && targets?.every(isPlaced) !== true) {
    throw new UsageError(
      'the sarif report has to point at a file of the repository: name one, such as --sarif-location README.md',
    );
  }
  return {};
}

/** The file as seen from the working directory, with `/` between its parts. */
function repositoryFile(file: string): string {
  const path = relative('.', resolve(file)).split(sep).join('/');
  if (!isRepositoryFile(path)) {
    throw new UsageError(
      `${file} is not below the working directory, which has to be the root of the repository`,
      { option: 'sarif-location' },
    );
  }
  const refuse = (problem: string): UsageError =>
    new UsageError(`${file} ${problem}`, { option: 'sarif-location' });
  let isFile: boolean | undefined;
  try {
    isFile = statSync(path, { throwIfNoEntry: false })?.isFile();
  } catch (error) {
    throw refuse(`cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (isFile !== true) throw refuse('is not a file; name one of the repository, such as README.md');
  return path;
}
