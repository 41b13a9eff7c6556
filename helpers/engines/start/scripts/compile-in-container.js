// Plain JavaScript: `node compile-in-container.js IMAGE COMPILER ARGUMENT…` does in a container of the image what the
// compiler would do in this folder, and brings back what `-o` names. The engine is the one of DOCKER_HOST. Files are copied,
// not mounted: an engine in a virtual machine or on another host sees no folder of this one. Without a compiler the image is
// only fetched. Exit codes as `docker run` has them: 125 the engine, 127 no such compiler, else the compiler's own.
import { rename, writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { Parser } from 'tar';

const FOLDER = '/scratch-conformance';
const MAX_PROGRAM = 256 * 1024 * 1024;
const MAX_OUTPUT = 1024 * 1024;

/** The end of the compiler is waited for, not a start. */
const NO_WAIT = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => NO_WAIT,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
process.env.TESTCONTAINERS_HOST_OVERRIDE = 'localhost';
const { GenericContainer, getContainerRuntimeClient, ImageName } = await import('testcontainers');

const [image = '', ...words] = process.argv.slice(2);
try {
  const { container, image: images } = await getContainerRuntimeClient();
  assertEngine(container.dockerode.modem);
  if (words.length === 0) await images.pull(ImageName.fromString(image));
  else process.exitCode = await compileIn(container.dockerode);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = isMissing(error) ? 127 : 125;
}

/** The library falls through to another socket where the one that was asked for does not answer. */
function assertEngine({ socketPath, host }) {
  const asked = process.env.DOCKER_HOST ?? '';
  const found = socketPath === undefined ? asked.includes(host) : asked === `unix://${socketPath}`;
  if (!found) throw new Error(`testcontainers talks to ${socketPath ?? host}, not to the engine at ${asked}`);
}

async function compileIn(docker) {
  const [compiler, ...args] = words;
  const started = await new GenericContainer(image)
    .withEntrypoint([compiler])
    .withCommand(args)
    .withWorkingDir(FOLDER)
    .withNetworkMode('none')
    .withLabels({ 'scratch-conformance.run': process.env.SCRATCH_RUN_ID ?? '' })
    .withCopyDirectoriesToContainer([{ source: process.cwd(), target: FOLDER }])
    .withWaitStrategy(NO_WAIT)
    .start();
  const container = docker.getContainer(started.getId());
  try {
    const { StatusCode } = await container.wait();
    await writeLog(docker, container);
    if (StatusCode === 0) await bringBack(started, outputOf(args));
    return StatusCode;
  } finally {
    await container.remove({ force: true, v: true });
  }
}

function outputOf(args) {
  const position = args.indexOf('-o');
  return position === -1 ? 'a.out' : args[position + 1];
}

async function writeLog(docker, container) {
  const log = await container.logs({ follow: true, stdout: true, stderr: true });
  const [stdout, stderr] = [limited(process.stdout), limited(process.stderr)];
  docker.modem.demuxStream(log, stdout, stderr);
  await new Promise((resolve, reject) => log.on('end', resolve).on('error', reject));
}

function limited(target) {
  let size = 0;
  return new PassThrough().on('data', (chunk) => {
    size += chunk.length;
    if (size <= MAX_OUTPUT) target.write(chunk);
  });
}

/** The program, whole or not at all: what the container's archive says beside its bytes is not looked at. */
async function bringBack(started, name) {
  const archive = await started.copyArchiveFromContainer(`${FOLDER}/${name}`);
  const chunks = [];
  let files = 0;
  const parser = new Parser({
    onReadEntry(entry) {
      if (entry.type !== 'File' || entry.size > MAX_PROGRAM || ++files > 1) return entry.resume();
      entry.on('data', (chunk) => chunks.push(chunk));
    },
  });
  await new Promise((resolve, reject) => {
    parser.on('end', resolve).on('error', reject);
    archive.on('error', reject).pipe(parser);
  });
  if (files === 0) throw new Error(`the compiler left no file ${name}`);
  await writeFile(`${name}.partial`, Buffer.concat(chunks), { mode: 0o755 });
  await rename(`${name}.partial`, name);
}

function isMissing({ message = '' }) {
  return /executable file not found|no such file or directory.*(exec|OCI)|not found in \$PATH/is.test(
    message,
  );
}
