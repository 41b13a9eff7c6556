// Lives as long as the suite, in a session of its own. The first line on standard input is JSON with the connection,
// the run and a folder. At end of file, which also comes when the suite is killed, it ends
// the run's commands, sweeps what they made and ends.
import { readdir, readFile, rm } from 'node:fs/promises';
import { sweep } from './sweep.js';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

let text = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  text += chunk;
});
process.stdin.on('end', async () => {
  const { connection, runId, folder } = JSON.parse(text.split('\n')[0]);
  await endCommands(folder);
  await sweep(connection, runId).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

/** Commands that work on the engine carry the folder in their environment: they could make something after the sweep. */
async function endCommands(folder) {
  const mark = `SCRATCH_COMMAND_FOLDER=${folder}`;
  for (const id of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '');
    const belongs = environment.split('\0').some((line) => line === mark || line.startsWith(`${mark}/`));
    if (!belongs) continue;
    try {
      process.kill(Number(id), 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
}
