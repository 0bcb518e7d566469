/** `listen`: a client that somebody else starts is judged, a real browser through the page as well. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { hasBrowser, startBrowser } from '../../docs/browser.ts';
import { findClient } from '../../fixtures/clients/catalogue.ts';
import { runClient } from '../../fixtures/clients/run.ts';
import type { AuditedClient, ClientReport } from '../../index.ts';
import { run } from '../support/command.ts';
import { type Running, start } from '../support/process.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Listening extends Running {
  readonly page: string;
  /** The URL of each case. */
  readonly urls: ReadonlyMap<string, string>;
}

/** Starts it, and reads where to go. */
async function listen(...args: readonly string[]): Promise<Listening> {
  const running = start(['listen', '-r', 'json', ...args]);
  const said = await new Promise<string>((resolve, reject) => {
    let text = '';
    running.child.stderr.on('data', (chunk: string) => {
      text += chunk;
      if (/ws:\/\/\S+\n(?! {2})$/.test(text)) resolve(text);
    });
    running.ended.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  const urls = new Map(
    [...said.matchAll(/^ {2}(\S+) +(ws:\S+)$/gm)].map(([, id = '', url = '']) => [id, url]),
  );
  return { ...running, page: /http:\S+/.exec(said)?.[0] ?? '', urls };
}

async function reportOf({
  ended,
}: Running): Promise<{ code: number | null; report: ClientReport; client: AuditedClient; stderr: string }> {
  const { code, stdout, stderr } = await ended;
  const report = JSON.parse(stdout) as ClientReport;
  const [client] = report.clients;
  if (client === undefined) throw new Error('the report has no client');
  return { code, report, client, stderr };
}

async function visit(url: string | undefined, name = 'right'): Promise<void> {
  const fixture = findClient(name);
  if (url === undefined || fixture === undefined) throw new Error('there is nothing to visit');
  await runClient(fixture.behaviour, url);
}

describe('listen', function () {
  this.timeout(90_000);

  it('ends when every case was visited, where that is asked for, with a verdict', async () => {
    const running = await listen('--once', '--case', 'accept-wrong', '--case', '403', '--name', 'mine');
    expect([...running.urls.keys()]).to.deep.equal(['right', 'accept-wrong', '403']);
    for (const url of running.urls.values()) await visit(url);
    const { code, report, client, stderr } = await reportOf(running);
    expect(code).to.equal(0);
    expect(report.profile).to.equal('browser');
    expect(report.partial).to.equal(false);
    expect(client).to.include({ name: 'mine', command: null, verdict: 'passed', reason: null });
    expect(client.cases.map(({ id, verdict }) => `${id} ${verdict}`)).to.deep.equal([
      'right pass',
      'accept-wrong pass',
      '403 observed',
    ]);
    expect(stderr).to.match(/^✓ accept-wrong: ended the connection$/m);
  });

  it('finds what a client does wrong, in any order, and ends by SIGINT', async () => {
    const running = await listen('--case', 'accept-*');
    await visit(running.urls.get('accept-missing'), 'accept-optional');
    await visit(running.urls.get('right'), 'accept-optional');
    running.child.kill('SIGINT');
    const { code, report, client } = await reportOf(running);
    expect(code).to.equal(1);
    expect(report.partial).to.equal(false);
    expect(client.findings.map(({ id, cases }) => `${id}: ${cases}`)).to.deep.equal([
      'takes-missing-accept: accept-missing',
    ]);
  });

  it('ends after a time, and is inconclusive where nobody came', async () => {
    const running = await listen('--for', '200ms');
    const { code, client } = await reportOf(running);
    expect(code).to.equal(3);
    expect(client).to.include({ verdict: 'inconclusive', reason: 'no client connected' });
  });

  it('is inconclusive without the control', async () => {
    const running = await listen('--case', 'accept-wrong');
    await visit(running.urls.get('accept-wrong'));
    running.child.kill('SIGTERM');
    const { code, client } = await reportOf(running);
    expect(code).to.equal(3);
    expect(client.reason).to.match(/the URL of the case right was not visited/);
  });

  it('answers each URL once', async () => {
    const running = await listen('--once', '--case', 'right');
    const [url = ''] = running.urls.values();
    await visit(url);
    const { client } = await reportOf(running);
    expect(client.cases[0]?.connectionCount).to.equal(1);
  });

  it('finds a browser that lets a script set the field', async () => {
    // Node.js is no browser, and sets what it is told to.
    const running = await listen('--case', 'right');
    const headers = { 'Sec-WebSocket-Version': '8' };
    await fetch(new URL('attempt/fetch', running.page), { headers });
    await fetch(new URL('attempt/xhr', running.page));
    await visit(running.urls.get('right'));
    running.child.kill('SIGINT');
    const { code, client } = await reportOf(running);
    expect(code).to.equal(1);
    expect(client.findings.map(({ id, actual }) => `${id}: ${actual}`)).to.deep.equal([
      'scripts-set-version: 8 arrived, 8 was set',
    ]);
  });

  it('serves the page at its own path alone', async () => {
    const running = await listen('--case', 'right');
    expect((await fetch(new URL('/', running.page))).status).to.equal(404);
    expect((await fetch(new URL('nothing', running.page))).status).to.equal(404);
    expect((await fetch(running.page)).headers.get('content-security-policy')).to.match(
      /^default-src 'none'/,
    );
    running.child.kill('SIGINT');
    await running.ended;
  });

  it('says what is wrong with its options', async () => {
    expect((await run(['listen', '--for', 'ever'])).stderr).to.match(/--for: "ever" is not a duration/);
    expect((await run(['listen', '--case', 'acept-wrong'])).stderr).to.match(
      /--case acept-wrong matches no case/,
    );
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, stderr } = await run(['listen', '--port', String(port)]);
    expect(code).to.equal(2);
    expect(stderr).to.match(/cannot listen on 127\.0\.0\.1, port \d+: .*EADDRINUSE/);
    taken.close();
  });
});

describe('listen, in a real browser', function () {
  this.timeout(120_000);
  let browser: Browser;

  before(async function () {
    if (!hasBrowser) this.skip();
    browser = await startBrowser();
  });

  after(() => browser?.close());

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axeSource);
    return page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
    );
  }

  it('plays all cases, shows how far it is, and what arrived of its attempts', async () => {
    const running = await listen();
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(running.page);
    await page.getByText('Playing').waitFor();
    await page.locator('#case-conn-list').getByText('pass').waitFor();
    await page.getByText(/^Done: /).waitFor({ timeout: 90_000 });

    expect(await page.locator('#count').textContent()).to.equal('78 of 78');
    const attempts = await page.locator('tr[id^=attempt] td').allTextContents();
    expect(attempts).to.deep.equal([
      '✓ no Sec-WebSocket-Version arrived',
      '✓ no Sec-WebSocket-Version arrived',
      '✓ no Sec-WebSocket-Version arrived',
      '✓ refused: SyntaxError',
      '✓ Sec-WebSocket-Version: 13 arrived',
    ]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [320, 1200]) {
        await page.setViewportSize({ width, height: 900 });
        const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect(await page.evaluate(overflow), `wider than ${width} pixels`).to.equal(0);
      }
      expect(await violations(page)).to.deep.equal([]);
    }
    expect(errors).to.deep.equal([]);
    await page.close();

    const { code, report, client } = await reportOf(running);
    expect(report.partial).to.equal(false);
    expect(client.name).to.match(/Chrome\/\d+/);
    expect(client.lastControl?.verdict).to.equal('pass');
    expect(client.reason).to.equal(null);
    expect(client.casesRun).to.equal(78);
    expect(client.requests).to.deep.equal({ handshakes: 78, keys: 78 });
    // What is known of Chromium: it takes a 1xx before the 101 for the final response.
    expect(client.findings.map(({ id, cases }) => `${id}: ${cases}`)).to.deep.equal([
      'refuses-interim: interim-100,interim-103',
    ]);
    expect(client.cases.find(({ id }) => id === 'interim-100')?.attempts).to.equal(2);
    expect(code).to.equal(1);
  });

  it('shows on a second page what the first one plays', async () => {
    const running = await listen('--case', 'silence');
    const first = await browser.newPage();
    await first.goto(running.page);
    await first.getByText('Playing').waitFor();
    const second = await browser.newPage();
    await second.goto(running.page);
    await second.getByText('Another page plays the cases').waitFor();
    await second.getByText('Done: passed').waitFor({ timeout: 60_000 });
    await Promise.all([first.close(), second.close()]);
    expect((await reportOf(running)).code).to.equal(0);
  });

  it('goes on where it was when the page is loaded again, and ends when it is closed', async () => {
    const running = await listen('--case', 'late-1s', '--case', 'silence', '--case', 'half-head');
    const page = await browser.newPage();
    await page.goto(running.page);
    await page.locator('#case-late-1s').getByText('pass').waitFor();
    await page.reload();
    await page.locator('#case-late-1s').getByText('pass').waitFor();
    await page.getByText('Playing').waitFor();
    await page.close();
    const { code, report, stderr } = await reportOf(running);
    expect(stderr).to.match(/the page was closed before it was done/);
    expect(report.partial).to.equal(true);
    expect(code).to.equal(3);
  });
});
