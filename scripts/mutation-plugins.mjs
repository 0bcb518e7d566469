/**
 * What Stryker needs from us: how the tests are run, and what is not worth a mutant.
 *
 * Its own runner for mocha reaches into mocha's files, and finds none of them in mocha 12. This one drives mocha by
 * its documented interface.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { declareClassPlugin, declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import { Mocha } from 'mocha';

/** Where instrumented code and its runner meet: which mutant is switched on, and what was reached. */
globalThis.__stryker__ ??= {};
const instrumenter = globalThis.__stryker__;

// Property tests are the same for every mutant, short, and over with the first failure.
process.env.RUNS = '300';
fc.configureGlobal({ seed: 13, endOnFailure: true });

/** The tests of what is mutated. */
const testFiles = /^(?:scoring\/|wire\/http1\/response-reader).*\.test\.js$/;

/** Code that counts its own steps, while mutants keep the machine busy, proves nothing by being slow. */
const untimed = /^(?!.* of hostile size .* in time$)/s;

class MochaRunner {
  #mocha = new Mocha({ reporter: class {}, timeout: 0 }).cleanReferencesAfterRun(false);
  #isLoaded = false;

  constructor() {
    const files = readdirSync('dist/test', { recursive: true }).filter((file) => testFiles.test(file));
    for (const file of files.sort()) this.#mocha.addFile(join('dist/test', file));
    this.#mocha.suite.beforeEach(function () {
      instrumenter.currentTestId = this.currentTest.fullTitle();
    });
  }

  /** A module that is loaded stays loaded. */
  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun() {
    this.#mocha.grep(untimed);
    const result = await this.#run(false);
    const { static: atLoading, perTest } = instrumenter.mutantCoverage;
    // What a test file makes while it is loaded, unchanged code may make: a mutant that some test reaches is switched
    // on for the tests alone. One that is reached by the loading alone needs a process of its own.
    for (const reached of Object.values(perTest)) for (const id of Object.keys(reached)) delete atLoading[id];
    return { ...result, mutantCoverage: { static: atLoading, perTest } };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }) {
    instrumenter.hitLimit = hitLimit;
    instrumenter.hitCount = hitLimit === undefined ? undefined : 0;
    if (mutantActivation === 'static') instrumenter.activeMutant = activeMutant.id;
    this.#mocha.grep(testFilter === undefined ? untimed : anyOf(testFilter));
    const result = await this.#run(true, activeMutant.id);
    return toMutantRunResult(
      determineHitLimitReached(instrumenter.hitCount, instrumenter.hitLimit) ?? result,
    );
  }

  /** @param isBailing the first failure ends the run */
  async #run(isBailing, mutant) {
    try {
      if (!this.#isLoaded) await this.#mocha.loadFilesAsync();
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error?.stack ?? error) };
    }
    this.#isLoaded = true;
    bail(this.#mocha.suite, isBailing);
    instrumenter.activeMutant = mutant;
    const tests = [];
    const record = (test, status, failureMessage) =>
      tests.push({
        id: test.fullTitle(),
        name: test.fullTitle(),
        timeSpentMs: test.duration ?? 0,
        status,
        ...(failureMessage !== undefined && { failureMessage }),
      });
    await new Promise((resolve) => {
      this.#mocha
        .run(resolve)
        .on('pass', (test) => record(test, TestStatus.Success))
        .on('pending', (test) => record(test, TestStatus.Skipped))
        .on('fail', (test, error) => record(test, TestStatus.Failed, String(error?.message ?? error)));
    });
    return { status: DryRunStatus.Complete, tests };
  }
}

/** @param titles each of a test, in full */
function anyOf(titles) {
  return new RegExp(`^(?:${titles.map((title) => title.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})$`);
}

function bail(suite, isBailing) {
  suite.bail(isBailing);
  for (const inner of suite.suites) bail(inner, isBailing);
}

/** A string with a space in it is wording: no test pins each word of it. */
const wording = {
  shouldIgnore: ({ node }) =>
    node.type === 'StringLiteral' && node.value.trim().includes(' ') ? 'wording' : undefined,
};

export const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, 'mocha-12', MochaRunner),
  declareValuePlugin(PluginKind.Ignore, 'wording', wording),
];
