/** A client of ws as a process: connects to the URL that it is given, and stays for half a second if it can. */

import { WebSocket } from 'ws';

const socket = new WebSocket(process.argv[2] ?? '');
socket.on('error', (error) => console.log(`failed: ${error.message}`));
socket.on('open', () => {
  console.log('open');
  setTimeout(() => socket.close(1000), 500);
});
