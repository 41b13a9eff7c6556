// Lives as long as the suite, in a session of its own. The first line on standard input is JSON with the connection,
// the run and a folder. At end of file, which also comes when the suite is killed, it sweeps the run and ends.
import { rm } from 'node:fs/promises';
import { sweep } from './sweep.js';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

let text = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  text += chunk;
});
process.stdin.on('end', async () => {
  const { connection, runId, folder } = JSON.parse(text.split('\n')[0]);
  await sweep(connection, runId).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
  await rm(folder, { recursive: true, force: true });
});
