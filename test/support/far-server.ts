/** `node far-server.js NAME HOST PORT`: serves a fixture, or the npm package ws, there until it is killed. */

import { WebSocketServer } from 'ws';
import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';

const [name = '', host = '', port] = process.argv.slice(2);
const fixture = findFixture(name);
if (name === 'ws') new WebSocketServer({ host, port: Number(port) });
else if (fixture === undefined) throw new Error(`no fixture is called ${name}`);
else await startFixture(fixture, { host, port: Number(port) });
