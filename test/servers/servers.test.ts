/**
 * Servers that were not written by us, in profile mdn: everything that the tool finds wrong with them, and the same
 * twenty times. Each entry of the table was checked against the server's own source.
 */

import { expect } from 'chai';
import pLimit from 'p-limit';
import { audit, type TargetReport } from '../../index.ts';
import { type ChildServer, startInspector, startServer } from '../support/child-server.ts';
import { type Expected, expectedFailures, failuresOf, findingsOf, verdictsOf } from '../support/failures.ts';
import { judgementOf } from '../support/judgement.ts';

interface Known {
  readonly start: () => Promise<ChildServer>;
  readonly fails: Expected;
  readonly finds: readonly string[];
  readonly advertises: readonly number[];
  readonly accepts: readonly number[];
  /** What `listHonesty` says. */
  readonly lists: 'pass' | 'fail' | 'n/a';
  /** How often it is audited, all against one process. */
  readonly audits?: number;
}

const accepted = 'status! versionList socketClosed';
/** The same where refusing it is a SHOULD. */
const recommended = 'status versionList socketClosed';
/** A 400 that says nothing of versions. */
const noList = 'versionList';

/** Refused by the HTTP parser of Node.js, before the WebSocket server sees it. */
const refusedByNode = [
  'malformed/{vertical-tab,nul-inside}',
  'disguised/space-before-colon',
  'handshake/{field-name-empty,nul-in-another-field}',
];
/** What Node.js checks of an ordinary request, and not of one that asks for an upgrade. */
const unchecked = 'handshake/{http-1.0,http-missing,host-*}';
/** Node.js leaves it to the handler of the upgrade what it writes, and that writes a body. */
const bodyOnHead: Expected[number] = ['handshake/method-head', 'responseFraming!'];
/** Not handed to the WebSocket server, but answered as plain HTTP. */
const notUpgraded = 'handshake/{upgrade-missing,connection-*}';

/** `+req.headers['sec-websocket-version']`, and the key by a pattern. Node joins repeated fields: "13, 13" is NaN. */
const wsFails: Expected = [
  ['malformed/{leading-zero,plus-sign,decimal,exponent,hex,binary,non-breaking-space}', accepted],
  [unchecked, accepted],
  [[...refusedByNode, 'handshake/{key-*,upgrade-!(missing)}'], noList],
];
/** A 426 without Upgrade, on a connection kept alive. */
const bare426: Expected = [[notUpgraded, 'versionList socketClosed upgradeField!']];
const ws = { advertises: [13, 8], accepts: [13, 8], lists: 'pass' } as const;
const wsFinds = [
  'number-conversion!',
  'host-not-checked!',
  'accepted-handshake/http-1.0!',
  'response-framing!',
  'accepted-handshake/http-missing!',
  'list-absent',
];
const wsFinds426 = [
  'number-conversion!',
  'upgrade-field!',
  'host-not-checked!',
  'accepted-handshake/http-1.0!',
  'response-framing!',
  'accepted-handshake/http-missing!',
  'list-absent',
  'stays-open',
];

const servers: Readonly<Record<string, Known>> = {
  'ws, stand-alone': {
    ...ws,
    start: () => startServer('ws-alone'),
    fails: [...wsFails, ...bare426, bodyOnHead],
    finds: wsFinds426,
  },
  'ws, attached to a server that answers 426': {
    ...ws,
    start: () => startServer('ws-attached-426'),
    audits: 2,
    fails: [...wsFails, ...bare426, bodyOnHead],
    finds: wsFinds426,
  },
  'ws, attached to a server that answers 404': {
    ...ws,
    start: () => startServer('ws-attached-404'),
    fails: [...wsFails, bodyOnHead],
    finds: wsFinds,
  },
  // engine.io hands the handshake to ws. What asks for no upgrade it answers 400 by itself, on a connection kept
  // alive; and any method but GET 400 as well.
  'socket.io': {
    ...ws,
    start: () => startServer('socket.io'),
    fails: [
      ...wsFails,
      [notUpgraded, 'versionList socketClosed'],
      ['handshake/method-*', noList],
      bodyOnHead,
      // The path is compared with the request target as it is.
      ['valid/absolute-form', 'status!'],
    ],
    finds: [
      'number-conversion!',
      'host-not-checked!',
      'refused-valid/absolute-form!',
      'accepted-handshake/http-1.0!',
      'response-framing!',
      'accepted-handshake/http-missing!',
      'list-absent',
      'stays-open',
    ],
  },
  // `parseInt(version, 10)`, then 8 or 13, else a 426 whose list is 13 alone; 0 and NaN count as missing: 400
  // without a list. Neither Upgrade nor the method is looked at, nor what the key is.
  websocket: {
    start: () => startServer('websocket'),
    fails: [
      ['duplicate/!(99-13)', accepted],
      ['comma-listed/{13-*,8-13,no-space,trailing-comma}', accepted],
      ['malformed/{leading-zero,plus-sign,decimal,trailing-*,parameter,two-words}', accepted],
      ['malformed/non-breaking-space', accepted],
      ['draft/8', accepted],
      ['handshake/key-duplicate', accepted],
      ['handshake/key-{short,long,not-base64,inner-space,trailing-text}', recommended],
      ['handshake/{upgrade-!(missing),method-*,http-1.0,http-missing,host-!(missing)}', accepted],
      ['{duplicate,comma-listed}/99-13', 'status upgradeField!'],
      ['{unsupported/*,draft/7}', 'status upgradeField!'],
      ['after-refusal/*', 'upgradeField!'],
      ['malformed/{minus-sign,exponent,out-of-range,wraps-*,huge,inner-space}', 'status upgradeField!'],
      ['{missing/*,draft/0,comma-listed/leading-comma}', noList],
      ['malformed/{hex,binary,leading-text,word,quoted,fullwidth-digits}', noList],
      [[...refusedByNode, 'handshake/{key-missing,key-empty,host-missing}'], noList],
    ],
    finds: [
      'prefix-parse!',
      'upgrade-field!',
      'upgrade-not-checked!',
      'method-not-checked!',
      'host-not-checked!',
      'accepted-unadvertised!',
      'accepted-handshake/key-duplicate!',
      'accepted-handshake/http-1.0!',
      'accepted-handshake/http-missing!',
      'accepted-handshake/host-invalid!',
      'list-absent',
      'refusal-status-426',
      'key-form-not-checked',
    ],
    advertises: [13],
    accepts: [13, 8],
    lists: 'fail',
  },
  // Compares the version as a string, and so gets it right; but its refusal is a 400 without any list, and the
  // key has only to be there.
  'faye-websocket': {
    start: () => startServer('faye-websocket'),
    fails: [
      ['{missing,duplicate,unsupported,draft,comma-listed}/*', noList],
      [['malformed/*', 'disguised/space-before-colon', ...refusedByNode], noList],
      ['handshake/{key-missing,upgrade-!(missing),method-*}', noList],
      ['handshake/key-{empty,duplicate}', accepted],
      ['handshake/key-{short,long,not-base64,inner-space,trailing-text}', recommended],
      [unchecked, accepted],
    ],
    finds: [
      'host-not-checked!',
      'accepted-handshake/key-empty!',
      'accepted-handshake/key-duplicate!',
      'accepted-handshake/http-1.0!',
      'accepted-handshake/http-missing!',
      'list-absent',
      'key-form-not-checked',
    ],
    advertises: [],
    accepts: [13],
    lists: 'n/a',
  },
  // Reads neither the version nor what Upgrade says, and computes Sec-WebSocket-Accept from any key.
  'the inspector of Node.js': {
    start: startInspector,
    fails: [
      ['{missing,duplicate,unsupported,draft,comma-listed}/*', accepted],
      ['malformed/!(vertical-tab|nul-inside)', accepted],
      ['handshake/key-duplicate', accepted],
      ['handshake/key-{short,long,not-base64,inner-space,trailing-text}', recommended],
      ['handshake/{upgrade-!(missing),http-1.0,http-missing,host-missing,host-two-different}', accepted],
      [[...refusedByNode, notUpgraded], noList],
      ['handshake/{key-missing,key-empty,method-*,host-duplicate,host-invalid}', noList],
      // The white space after the key is hashed with it.
      ['valid/key-padded', 'acceptKey!'],
      // The path is compared with the request target as it is.
      ['valid/absolute-form', 'status!'],
      bodyOnHead,
    ],
    finds: [
      'version-never-read!',
      'upgrade-not-checked!',
      'host-not-checked!',
      'accept-key!',
      'refused-valid/absolute-form!',
      'accepted-handshake/key-duplicate!',
      'accepted-handshake/http-1.0!',
      'response-framing!',
      'accepted-handshake/http-missing!',
      'list-absent',
      'key-form-not-checked',
    ],
    advertises: [],
    accepts: [13, 9, 12, 14, 25, 99, 255, 0, 7, 8],
    lists: 'n/a',
  },
};

async function auditInARow({ start, audits = 20 }: Known): Promise<TargetReport[]> {
  const server = await start();
  const reports: TargetReport[] = [];
  try {
    for (let i = 0; i < audits; i += 1) {
      const { targets } = await audit(server.url, { closeTimeout: 400, responseTimeout: 5000 }).report();
      reports.push(...targets);
    }
  } finally {
    await server.stop();
  }
  return reports;
}

describe('servers by other people', function () {
  this.timeout(60_000);

  const reports = new Map<string, Promise<readonly TargetReport[]>>();

  before(() => {
    // Much of an audit is waiting for closes that do not come: several at once wait together.
    const turns = pLimit(3);
    for (const [name, known] of Object.entries(servers)) {
      const running = turns(() => auditInARow(known));
      // Whoever waits for them gets the error.
      running.catch(() => {});
      reports.set(name, running);
    }
  });

  after(() => Promise.allSettled(reports.values()));

  for (const [name, known] of Object.entries(servers)) {
    describe(name, () => {
      it('is found to do exactly what its source does', async () => {
        const [target] = (await reports.get(name)) ?? [];
        if (target === undefined) throw new Error('no report');
        expect(failuresOf(target)).to.deep.equal(expectedFailures(known.fails));
        expect(verdictsOf(target, 'inconclusive')).to.deep.equal({});
        expect(findingsOf(target)).to.deep.equal(known.finds);
        expect(target.versions).to.deep.equal({ advertised: known.advertises, accepted: known.accepts });
        expect(target.checks.listHonesty.verdict).to.equal(known.lists);
        expect(target).to.include({ verdict: 'nonconformant', reason: null });
      });

      it('gets the same judgement each time', async () => {
        const [first, ...others] = ((await reports.get(name)) ?? []).map((target) => judgementOf(target));
        expect(others).to.have.lengthOf((known.audits ?? 20) - 1);
        for (const other of others) expect(other).to.deep.equal(first);
      });
    });
  }
});
