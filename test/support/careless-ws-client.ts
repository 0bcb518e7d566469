/** A client as a process that opens on every 101, whatever is in it. */

import { client } from './inline-client.ts';

await client({ opensOn: (head) => head.startsWith('HTTP/1.1 101 ') })(process.argv[2] ?? '', {
  signal: new AbortController().signal,
  ca: null,
});
