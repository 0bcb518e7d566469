/** A real Chromium, for pictures and tests of pages: Debian's package, or what the variable CHROMIUM names. */

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Without one no picture is made, and the tests of pages are skipped; .ci/run installs it. */
export const hasBrowser = existsSync(executable);

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}
