/**
 * The recipes that can run here: each stack is audited without its recipe and with it, and the findings that the
 * recipe repairs are there before and gone after.
 */

import { existsSync } from 'node:fs';
import { expect } from 'chai';
import pLimit from 'p-limit';
import type { TargetReport } from '../../index.ts';
import { isRepaired, stacks } from '../../report/stacks/stacks.ts';
import { isInstalled } from '../support/debian-packages.ts';
import { auditStack, environmentFor, type RunnableStack, recipeSections } from '../support/recipes.ts';

interface Checked extends RunnableStack {
  /** Ids of all findings that the recipe repairs and that are there without it. */
  readonly repairs: readonly string[];
}

const nodeServer = (name: string, attach: string): string =>
  `import { createServer } from 'node:http';
import { ${name} } from '${name === 'Server' ? 'socket.io' : 'ws'}';
const server = createServer((request, response) => response.writeHead(404).end());
${attach}
server.listen(8080);
`;

const aiohttpPackages = [
  'aiohttp',
  'yarl',
  'async-timeout',
  'aiosignal',
  'attr',
  'charset-normalizer',
  'frozenlist',
  'multidict',
];
const uvicornPackages = ['uvicorn', 'asgiref', 'click', 'h11', 'typing-extensions', 'websockets', 'wsproto'];
const ofPython = (names: readonly string[]): string[] => names.map((name) => `python3-${name}`);

const nginxAround = (servers: string): string => `daemon off;
pid nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
${servers}
}
`;

const httpdModules = ['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'headers', 'rewrite'];
const httpdAround = (host: string): string => `ServerRoot $FOLDER
PidFile httpd.pid
ErrorLog error.log
ServerName localhost
${httpdModules.map((name) => `LoadModule ${name}_module \${modules}/mod_${name}.so`).join('\n')}
Listen 127.0.0.1:8080
${host}`;

const haproxyDefaults = `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
`;

const checked: Readonly<Record<string, Checked>> = {
  ws: {
    file: 'server.mjs',
    command: [process.execPath, 'server.mjs'],
    without: nodeServer('WebSocketServer', 'new WebSocketServer({ server });'),
    repairs: [
      'number-conversion',
      'host-not-checked',
      'accepted-handshake/http-1.0',
      'accepted-handshake/http-missing',
      'response-framing',
      'list-absent',
    ],
  },
  socketio: {
    file: 'server.mjs',
    command: [process.execPath, 'server.mjs'],
    path: '/socket.io/?EIO=4&transport=websocket',
    without: nodeServer('Server', 'new Server(server);'),
    repairs: ['number-conversion'],
  },
  gorillawebsocket: {
    file: 'main.go',
    command: ['go', 'run', 'main.go'],
    without: `package main

import (
	"net/http"

	"github.com/gorilla/websocket"
)

var upgrader = websocket.Upgrader{}

func main() {
	http.ListenAndServe(":8080", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if connection, err := upgrader.Upgrade(w, r, nil); err == nil {
			for err == nil {
				_, _, err = connection.ReadMessage()
			}
			connection.Close()
		}
	}))
}
`,
    repairs: ['list-reading', 'first-key-wins', 'key-form-not-checked', 'answers-behind-refusal'],
  },
  uvicorn: {
    file: 'command.sh',
    command: ['sh', 'command.sh'],
    program: 'python3',
    packages: ofPython(uvicornPackages),
    around: (line) => `exec python3 -m ${line}`,
    without: 'exec python3 -m uvicorn app:app --port 8080 --ws wsproto',
    otherFiles: {
      'app.py': `async def app(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})
`,
    },
    repairs: ['last-field-wins', 'refusal-status-426', 'upgrade-field'],
  },
  websockets: {
    file: 'server.py',
    command: ['python3', 'server.py'],
    packages: ofPython(uvicornPackages),
    without: `import asyncio
import websockets


async def handler(connection):
    async for message in connection:
        pass


async def main():
    async with websockets.serve(handler, "127.0.0.1", 8080):
        await asyncio.Future()


asyncio.run(main())
`,
    repairs: ['no-response'],
  },
  aiohttp: {
    file: 'server.py',
    command: ['python3', 'server.py'],
    packages: ofPython(aiohttpPackages),
    without: `from aiohttp import web


async def socket(request):
    web_socket = web.WebSocketResponse()
    await web_socket.prepare(request)
    async for message in web_socket:
        pass
    return web_socket


app = web.Application()
app.router.add_get("/", socket)
web.run_app(app, host="127.0.0.1", port=8080)
`,
    repairs: [
      'first-field-wins',
      'accepted-unadvertised',
      'refusal-status-500',
      'first-key-wins',
      'host-not-checked',
      'accepted-handshake/http-1.0',
      'accepted-handshake/http-missing',
      'accepted-handshake/method-head',
      'answers-behind-refusal',
    ],
  },
  tornado: {
    file: 'server.py',
    command: ['python3', 'server.py'],
    packages: ofPython(['tornado']),
    without: `import asyncio
import tornado.web
import tornado.websocket


class Socket(tornado.websocket.WebSocketHandler):
    def on_message(self, message):
        pass


async def main():
    tornado.web.Application([("/", Socket)]).listen(8080, "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
`,
    repairs: ['refusal-status-426', 'upgrade-field', 'answers-behind-refusal'],
  },
  nginx: {
    file: 'nginx.conf',
    command: ['nginx', '-p', '$FOLDER', '-c', 'nginx.conf', '-e', 'stderr'],
    packages: ['nginx'],
    around: nginxAround,
    without: nginxAround(`  map $http_upgrade $connection_upgrade {
    default upgrade;
    ""      close;
  }
  server {
    listen 8080;
    location / {
      proxy_pass http://127.0.0.1:3000;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Host $http_host;
    }
  }`),
    repairs: ['version-never-read', 'list-absent', 'stays-open', 'accepted-handshake/http-1.0'],
  },
  haproxy: {
    file: 'haproxy.cfg',
    command: ['haproxy', '-f', 'haproxy.cfg'],
    packages: ['haproxy', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1'],
    without: `${haproxyDefaults}
frontend web
  bind :8080
  default_backend app

backend app
  server app 127.0.0.1:3000
`,
    repairs: ['version-never-read', 'stays-open'],
  },
  caddy: {
    file: 'Caddyfile',
    command: ['caddy', 'run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
    packages: ['caddy'],
    around: (site) => `{\n  admin off\n}\n${site}`,
    without: `{
  admin off
}
:8080 {
  reverse_proxy 127.0.0.1:3000
}
`,
    repairs: ['version-never-read'],
  },
  'apache-httpd': {
    file: 'httpd.conf',
    command: [
      'sh',
      '-c',
      'exec apache2 -C "Define modules $(dirname "$(command -v apache2)")/../lib/apache2/modules" -f $FOLDER/httpd.conf -DFOREGROUND',
    ],
    program: 'apache2',
    packages: ['apache2-bin', 'libapr1', 'libaprutil1'],
    around: httpdAround,
    without: httpdAround(`<VirtualHost *:8080>
  ProxyPass / http://127.0.0.1:3000/ upgrade=websocket
</VirtualHost>
`),
    repairs: ['version-never-read', 'list-absent'],
  },
};

const goSources = '/usr/share/gocode';

/** Go is too large to be fetched for this. */
const isFetched = (stack: RunnableStack): boolean => stack.command[0] !== 'go';

describe('the recipes', function () {
  this.timeout(120_000);

  const turns = pLimit(2);
  const sections = new Map(recipeSections().map((section) => [section.anchor, section]));

  for (const [anchor, stack] of Object.entries(checked)) {
    it(`repair what they name: ${anchor}`, async function () {
      if (
        !isFetched(stack) &&
        !((await isInstalled('go')) && existsSync(`${goSources}/src/github.com/gorilla`))
      )
        this.skip();
      const section = sections.get(anchor);
      if (section === undefined) throw new Error(`docs/recipes.md has no section ${anchor}`);
      const environment = await environmentFor(Object.values(checked).filter(isFetched));
      const env = { ...environment, GO111MODULE: 'off', GOPATH: goSources };
      const { around = (snippet: string) => snippet } = stack;
      const [before, after] = await Promise.all(
        [stack.without, around(section.snippet)].map((text) => turns(() => auditStack(stack, text, env))),
      );
      if (before === undefined || after === undefined) throw new Error('no report');
      const repaired = (report: TargetReport): string[] =>
        report.findings.map(({ id }) => id).filter((id) => isRepaired(id, stacks[anchor] ?? { repairs: [] }));
      expect(repaired(before), 'without it').to.have.members([...stack.repairs]);
      expect(repaired(after), 'with it').to.deep.equal([]);
      expect(section.text.replaceAll(/\s+/g, ' ')).to.match(
        new RegExp(
          `Checked with .*: ${before.findings.length} findings before, ${after.findings.length} after\\.`,
        ),
      );
    });
  }
});
