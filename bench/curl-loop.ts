/**
 * What a person does without the tool: a shell loop that asks with curl for one version after the other. An accepted
 * connection stays open, so that curl needs an end to its wait; it gets the tool's own close window.
 */

import { defaults } from '../audit/plan/defaults.ts';
import { run } from './processes.ts';

const handshakes = 40;

/** The loop in words. */
export const curlHandshakes = `${handshakes} handshakes, versions 0 to ${handshakes - 1}, one after the other`;

export async function hasCurl(): Promise<boolean> {
  const { exitCode } = await run('sh', ['-c', 'command -v curl']);
  return exitCode === 0;
}

/** @returns milliseconds; throws where not every handshake was answered */
export async function runCurlLoop(port: number): Promise<number> {
  const script = `
    version=0
    while [ $version -lt ${handshakes} ]; do
      curl --silent --noproxy '*' --output /dev/null --write-out '%{http_code}\\n' \
        --max-time ${defaults.closeTimeout / 1000} \
        --header 'Connection: Upgrade' --header 'Upgrade: websocket' \
        --header 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \
        --header "Sec-WebSocket-Version: $version" \
        http://127.0.0.1:${port}/
      version=$((version + 1))
    done
    true`;
  const { ms, output } = await run('sh', ['-c', script], 1);
  const answered = output.split('\n').filter((status) => /^(101|4\d\d)$/.test(status)).length;
  if (answered !== handshakes) throw new Error(`curl got ${answered} responses to ${handshakes} handshakes`);
  return ms;
}
