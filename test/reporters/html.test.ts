/** The page for people, in a real browser: what it shows, that it asks for nothing, and that nothing of the wire takes effect in it. */

import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { compareReports } from '../../compare/comparison.ts';
import { toHtmlPage } from '../../compare/html.ts';
import { hasBrowser, startBrowser } from '../../docs/browser.ts';
import type { Answer } from '../../fixtures/answer.ts';
import { createHtmlReporter } from '../../reporters/html.ts';
import { breakouts, fewProbes, hostileServers } from '../support/hostile-texts.ts';
import { type Audited, auditFixture, changed, renderReport, together } from '../support/render-report.ts';
import { withFolder } from '../support/servers.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const expectedElements =
  /^(html|head|meta|title|style|link|script|body|main|header|section|article|h[1-4]|p|ul|li|dl|dt|dd|br|span|strong|small|code|pre|mark|a|abbr|div|details|summary|table|caption|thead|tbody|tr|th|td|figure|figcaption|svg|g|rect|circle|line|text|label|input|button)$/;

/** Kept for whoever looks at the pages of a run of the tests. */
const screenshots = 'dist/screenshots';

const names = ['conformant', 'number-conversion', 'stays-open', 'control-401', 'list-malformed', 'not-http'];

const audits = new Map<string, Promise<Audited>>();

/** Enough to look at: axe takes seconds over a page with all probes, and they look alike. */
const someProbes = ['valid/13', 'missing/*', 'malformed/{hex,word}', 'draft/8'];

/** All probes for one fixture by default. */
function audited(name: string, probe = name === 'number-conversion' ? [] : someProbes): Promise<Audited> {
  const key = `${name} ${probe.join()}`;
  const running = audits.get(key) ?? auditFixture(name, { closeTimeout: 300, probe });
  audits.set(key, running);
  return running;
}

async function pageAbout(...fixtures: string[]): Promise<string> {
  const all = await Promise.all(fixtures.map((name) => audited(name)));
  const [only] = all;
  const report = all.length === 1 && only !== undefined ? only.report : together(all).report;
  return renderReport(createHtmlReporter, report);
}

async function comparison(): Promise<string> {
  const side = async (name: string) => {
    const { report } = await audited(name);
    const { tool, profile, failOn, startedAt, partial } = report;
    return { side: { file: `${name}.json`, tool, profile, failOn, startedAt, partial }, report };
  };
  const before = await side('conformant');
  const after = await side('number-conversion');
  return toHtmlPage(compareReports(before, after), { columns: 80, colorLevel: 0, unicode: true });
}

/** As a person sees it: without what is hidden. */
function visibleText(page: Page, selector: string): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: that would have the text of folded parts too
  return page.locator(selector).innerText();
}

describe('the page of a report', function () {
  // axe takes its time over a page of 100 probes on a busy machine.
  this.timeout(120_000);
  let browser: Browser;

  before(async function () {
    if (!hasBrowser) this.skip();
    browser = await startBrowser();
    await mkdir(screenshots, { recursive: true });
  });

  after(() => browser?.close());

  /** Opens a page in a fresh context. @returns what it complained of and asked for, as it goes */
  async function withPage<T>(
    html: string,
    options: BrowserContextOptions,
    use: (page: Page, url: string) => Promise<T>,
  ): Promise<T> {
    return withFolder(async (folder) => {
      const file = path.join(folder, 'report.html');
      await writeFile(file, html);
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (request.url().split('#')[0] !== `file://${file}`) complaints.push(`asks for ${request.url()}`);
      });
      try {
        await page.goto(`file://${file}`);
        const result = await use(page, `file://${file}`);
        expect(complaints).to.deep.equal([]);
        return result;
      } finally {
        await context.close();
      }
    });
  }

  /** Scripts are run by the debugger's way, which the policy of the page does not stop. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axeSource);
    return page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
    );
  }

  const pages: Readonly<Record<string, () => Promise<string>>> = {
    ...Object.fromEntries(names.map((name) => [name, () => pageAbout(name)])),
    'several targets': () => pageAbout('conformant', 'number-conversion', 'control-401', 'conformant'),
    'a comparison': comparison,
  };

  for (const [name, make] of Object.entries(pages)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`has no message, no request and no axe violation, ${colorScheme}: ${name}`, async () => {
        const html = await make();
        for (const width of [320, 800, 1400]) {
          await withPage(html, { colorScheme, viewport: { width, height: 900 } }, async (page) => {
            await page.screenshot({
              path: `${screenshots}/${name.replaceAll(' ', '-')}-${width}-${colorScheme}.png`,
              fullPage: false,
            });
            const overflow = await page.evaluate(
              'document.documentElement.scrollWidth - document.documentElement.clientWidth',
            );
            expect(overflow, `wider than ${width} pixels`).to.equal(0);
            if (width === 800) expect(await violations(page)).to.deep.equal([]);
          });
        }
      });
    }
  }

  it('has no axe violation where every part is opened, in groups of targets too', async () => {
    const few = { probe: ['missing/*', 'malformed/hex'], closeTimeout: 300 };
    const all = await Promise.all(
      ['conformant', 'number-conversion', 'no-list'].map((name) => auditFixture(name, few)),
    );
    await withPage(renderReport(createHtmlReporter, together(all).report), {}, async (page) => {
      await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
      expect(await violations(page)).to.deep.equal([]);
    });
  });

  it('says verdict, gate, scores and findings with their bytes, also without script', async () => {
    await withPage(await pageAbout('number-conversion'), { javaScriptEnabled: false }, async (page) => {
      const text = await visibleText(page, 'body');
      expect(text).to.match(/✗ nonconformant/);
      expect(text).to.match(/✗ gate: fail \(1 finding at MUST or SHOULD\)/);
      expect(text).to.match(/returned 400\s+94\/101\s+7 failed/);
      expect(text).to.match(/MUST\s+Accepts other spellings of the number 13/);
      expect(text).to.include('HTTP/1.1 101 Switching Protocols\\r\\n');
      expect(await page.locator('mark').allTextContents()).to.include('Sec-WebSocket-Version: 013\\r\\n');
      expect(await page.locator('button, input').count()).to.equal(0);
    });
  });

  it('opens and shows the probe that a link leads to', async () => {
    await withPage(await pageAbout('number-conversion'), {}, async (page, url) => {
      await page.goto(`${url}#target-1/malformed/hex`);
      await page.waitForFunction('document.getElementById("target-1/malformed/hex").open');
      expect(await visibleText(page, '[id="target-1/malformed/hex"]')).to.include(
        'Sec-WebSocket-Version: 0xd\\r\\n',
      );
      await page.locator('a[href="#target-1/malformed/binary"]').first().click();
      await page.waitForFunction('document.getElementById("target-1/malformed/binary").open');
    });
  });

  it('filters and sorts the targets', async () => {
    await withPage(await pageAbout(...names, ...names), {}, async (page) => {
      const rows = page.locator('#targets-table tbody tr:visible');
      expect(await rows.count()).to.equal(names.length * 2);
      await page.locator('#targets .filter input').fill('inconclusive');
      expect(await rows.count()).to.equal(2);
      await page.locator('#targets .filter input').fill('');
      const heading = page.locator('#heat thead button', { hasText: 'targets' });
      await heading.click();
      await heading.click();
      expect(await page.locator('#heat th[aria-sort]').getAttribute('aria-sort')).to.equal('descending');
      expect(await page.locator('#heat tbody tr').count()).to.equal(names.length);
    });
  });

  it('is readable where a server forbids script and inline style, as Jenkins does', async () => {
    const files = new Map<string, string>();
    const { report } = await audited('number-conversion');
    const html = renderReport(createHtmlReporter, report, {
      writeBeside: (name: string, text: string) => void files.set(name, text),
    });
    expect([...files.keys()]).to.deep.equal(['handshake13.css', 'handshake13.js']);
    const server = createServer(({ url = '' }, response) => {
      const type = url.endsWith('.css') ? 'text/css' : 'text/html; charset=utf-8';
      response.writeHead(200, {
        'Content-Type': type,
        'Content-Security-Policy': "sandbox; default-src 'none'; img-src 'self'; style-src 'self'",
      });
      response.end(files.get(url.slice(1)) ?? html);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`);
      expect(await visibleText(page, 'body')).to.match(/✗ nonconformant/);
      const background = await page.evaluate(
        'getComputedStyle(document.querySelector("thead th")).backgroundColor',
      );
      expect(background, 'the style sheet is used').to.equal('rgb(244, 246, 248)');
      await page.screenshot({ path: `${screenshots}/jenkins.png` });
      await page.close();
    } finally {
      server.close();
    }
  });

  it('shows 500 targets within 5 MB, and at once', async () => {
    const all = await Promise.all(
      [...names, 'no-list', 'answers-426', 'wrong-accept'].map((name) => audited(name, [])),
    );
    const { report } = together(
      Array.from({ length: 500 }, (_, i) => {
        const one = all[i % all.length];
        if (one === undefined) throw new Error('no target');
        return changed(one, (event) =>
          event.type === 'target-start' ? { ...event, url: `ws://host-${i}.example/` } : event,
        );
      }),
    );
    const html = renderReport(createHtmlReporter, report);
    expect(Buffer.byteLength(html)).to.be.below(5e6);
    await withPage(html, {}, async (page) => {
      expect(await page.locator('#targets-table tbody tr').count()).to.equal(500);
      expect(await page.locator('#heat tbody tr').count()).to.equal(all.length);
    });
  });

  /** Elements and attributes that pages are made of; whatever the wire sends adds none. */
  const harmless = (page: Page): Promise<string[]> =>
    page.evaluate(`[...document.querySelectorAll('*')].flatMap((element) => [
      ...(${expectedElements}.test(element.localName) ? [] : [element.localName]),
      ...[...element.attributes].flatMap(({ name }) =>
        /^on|^style$|^srcdoc$/.test(name) ? [element.localName + ' ' + name] : []),
    ])`);

  for (const [where, hooks] of Object.entries(hostileServers)) {
    it(`makes nothing of what a hostile server sends: ${where}`, async () => {
      const { report } = await auditFixture('conformant', { probe: fewProbes }, hooks);
      await withPage(renderReport(createHtmlReporter, report), {}, async (page) => {
        expect(await harmless(page)).to.deep.equal([]);
        expect(await page.locator('script').count()).to.equal(1);
      });
    });
  }

  it('commands no runner in whose log it is written, in hexadecimal either', async () => {
    const bytes = `HTTP/1.1 400 ${'##vso[x]##[y]'.repeat(9)}\r\nConnection: close\r\n\r\n`;
    const refuse = (): Answer => ({ bytes, afterwards: 'close' });
    const { report } = await auditFixture('conformant', { probe: fewProbes }, { refuse });
    expect(renderReport(createHtmlReporter, report)).to.not.match(/##\w*\[/);
  });

  it('makes nothing of any way to break out of a text, wherever the wire may put it', async () => {
    expect(breakouts.length).to.be.above(200);
    const missing = new Set(breakouts);
    let responses = 0;
    const refuse = (): Answer => {
      const text = breakouts[responses % breakouts.length] ?? '';
      responses += 1;
      const fields = `X-${text}: ${text}\r\nSec-WebSocket-Version: 13, ${text}\r\nConnection: close`;
      return {
        bytes: `HTTP/1.1 400 ${text}\r\nServer: ${text}\r\n${fields}\r\n\r\n${text}`,
        afterwards: 'close',
      };
    };
    while (responses < breakouts.length) {
      const { report } = await auditFixture('conformant', { closeTimeout: 300 }, { refuse });
      await withPage(renderReport(createHtmlReporter, report), {}, async (page) => {
        expect(await harmless(page)).to.deep.equal([]);
        expect(await page.locator('script, style, base, link').count()).to.equal(2);
        const text = (await page.locator('body').textContent()) ?? '';
        for (const breakout of [...missing])
          if (text.includes(`400 ${breakout}\\r`)) missing.delete(breakout);
      });
    }
    expect([...missing]).to.deep.equal([]);
  });

  it('shows on paper what is folded on the screen, but not the bytes in hexadecimal', async () => {
    await withPage(await pageAbout('number-conversion'), {}, async (page) => {
      const isShown = (selector: string): Promise<boolean> => page.locator(selector).first().isVisible();
      expect(await isShown('.probe pre')).to.equal(false);
      await page.emulateMedia({ media: 'print' });
      expect(await isShown('.probe pre')).to.equal(true);
      expect(await isShown('.hex pre')).to.equal(false);
      expect(await isShown('.filter, button.copy')).to.equal(false);
    });
  });

  it('maps the answers to all versions where a sweep asked for them', async () => {
    const { report } = await auditFixture('drafts-honest', { probe: ['valid/13', 'draft/*'], sweep: true });
    await withPage(renderReport(createHtmlReporter, report), {}, async (page) => {
      expect(await page.locator('.map td[title]').count()).to.equal(256);
      expect(await page.locator('.map .version-unasked').count()).to.equal(0);
      expect(await page.locator('.map .version-accepted.advertised').count()).to.equal(2);
      expect(await page.locator('.map .version-unadvertised').count()).to.equal(0);
    });
    await withPage(await pageAbout('draft-8-unadvertised'), {}, async (page) => {
      expect(await page.locator('.map .version-unadvertised').getAttribute('title')).to.equal(
        'version 8: accepted (101), though the server advertises only others',
      );
    });
    await withPage(await pageAbout('conformant'), {}, async (page) => {
      expect(await page.locator('.map .version-unasked').count()).to.be.above(200);
    });
  });

  it('shows for how long a close was waited for', async () => {
    await withPage(await pageAbout('stays-open'), {}, async (page) => {
      expect(await page.locator('.window').count()).to.equal(1);
      expect(await visibleText(page, 'figcaption:has-text("not closed")')).to.match(
        /\d+ not closed within [\d.]+ (to [\d.]+ )?ms/,
      );
    });
    await withPage(await pageAbout('conformant'), {}, async (page) => {
      expect(await page.locator('.window').count()).to.equal(0);
    });
  });

  it('makes nothing of markup in every text that a user or a server gives', async () => {
    const payloads = [
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='alert(1)",
      '</style><script>alert(1)</script>',
      '</pre></code><iframe src=//evil.example>',
      '<svg/onload=alert(1)>',
      'javascript:alert(1)',
      '&lt;b&gt; &#60;b>',
      '<!-- --><base href=//evil.example>',
      '{{7*7}}',
    ];
    for (const payload of payloads) {
      const evil = (text: string): string => `${text} ${payload}`;
      const bytes = `HTTP/1.1 400 ${payload}\r\nX-Evil: ${payload}\r\nServer: ${payload}\r\nSec-WebSocket-Version: ${payload}\r\nConnection: close\r\n\r\n${payload}`;
      const run = await auditFixture(
        'conformant',
        { probe: fewProbes },
        { refuse: () => ({ bytes, afterwards: 'close' }) },
      );
      const { report } = changed(run, (event) =>
        event.type === 'target-start'
          ? { ...event, label: evil('label'), warnings: [evil('warning')] }
          : event.type === 'target-end'
            ? {
                ...event,
                result: {
                  ...event.result,
                  reason: evil('reason'),
                  influence: evil('influence'),
                  findings: event.result.findings.map((finding) => ({
                    ...finding,
                    title: evil(finding.title),
                    actual: evil(finding.actual),
                    impact: evil(finding.impact),
                    reproduce: [evil('curl')],
                  })),
                },
              }
            : event,
      );
      await withPage(renderReport(createHtmlReporter, report), {}, async (page) => {
        expect(await harmless(page), payload).to.deep.equal([]);
        expect(await page.locator('script').count()).to.equal(1);
        expect(await page.locator('a[href^="javascript"], iframe, img, base').count()).to.equal(0);
        expect(await visibleText(page, 'body')).to.include(payload);
      });
    }
  });
});

describe('the style of pages', () => {
  it('is allowed by the hash that the page names, and script too', async () => {
    const html = await pageAbout('conformant');
    const policy =
      /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#x27;', "'") ??
      '';
    expect(policy).to.match(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'/,
    );
    expect(html).to.not.match(/ style="| on[a-z]+="/);
    expect(await readFile('reporters/html/script.ts', 'utf8')).to.not.match(
      /innerHTML|insertAdjacent|eval\(/,
    );
  });
});
