// Runs the command again and again in one process, for specs about what it says: a process of its own takes 0.2 s to start
// each time. The parent sends arguments and a folder, and gets the exit code with all that was written.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// The program that the entry of the bundle loads.
const entry = resolve('.build/cli.js');
const [, file] = /import\("(\.\/main-\w+\.js)"\)/.exec(readFileSync(entry, 'utf8')) ?? [];
if (file === undefined) throw new Error(`${entry} loads no main program`);
const main = new URL(file, pathToFileURL(entry)).href;
const streams = { stdout: process.stdout, stderr: process.stderr };
let runs = 0;

process.on('message', async ({ args, cwd }) => {
  process.chdir(cwd);
  process.argv.splice(2, process.argv.length, ...args);
  const written = { stdout: '', stderr: '' };
  for (const [name, stream] of Object.entries(streams)) stream.write = writer(written, name);
  runs += 1;
  // Another address, so that it runs anew.
  await import(`${main}?run=${runs}`);
  for (const stream of Object.values(streams)) {
    delete stream.write;
    stream.removeAllListeners('error');
  }
  process.removeAllListeners('uncaughtException');
  const code = process.exitCode ?? 0;
  process.exitCode = 0;
  process.send({ code, ...written });
});

function writer(written, name) {
  return (chunk, ...rest) => {
    written[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const done = rest.find((each) => typeof each === 'function');
    if (done) setImmediate(done);
    return true;
  };
}
