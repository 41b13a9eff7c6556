import { randomBytes } from 'node:crypto';
import { type Duplex, PassThrough, type Readable } from 'node:stream';
import type Docker from 'dockerode';
import { quoteForShell } from '../common/escape.ts';
import type { Run, RunForm, RunWords, StepName } from './answers.ts';
import { askEngineJson } from './api.ts';
import { OUTPUT_BYTES, overBudget } from './byte-budgets.ts';
import { connect, within } from './client.ts';
import { clientOf, runCommand, runTool, toolWords } from './command.ts';
import type { EngineHandle } from './engine-model.ts';
import { limitMs, STEP_LIMIT } from './time-limits.ts';

/** The label that every container of this run carries; the sweep goes by it. */
export const RUN_LABEL = 'scratch-conformance.run';

/** Ways to run an image that this engine offers: `-ti` needs a pseudo-terminal, which util-linux makes. */
export function runForms(handle: EngineHandle): readonly RunForm[] {
  const cli: readonly RunForm[] = toolWords(handle, clientOf(handle)) ? ['cli', 'cli-tty'] : [];
  const api: readonly RunForm[] = handle.dockerHost === undefined ? [] : ['api', 'api-tty'];
  return [...cli, ...api];
}

/** Runs the image once, without network, and looks whether the container is gone. */
export async function runImage(
  handle: EngineHandle,
  step: StepName,
  tag: string,
  form: RunForm,
  stopAfterMs?: number,
  words?: RunWords,
): Promise<Run> {
  const name = `scratch-conformance-${handle.runId}-${randomBytes(4).toString('hex')}`;
  const tty = form.endsWith('-tty');
  const isStopped = stopAfter(handle, name, stopAfterMs);
  const run = form.startsWith('api')
    ? await runThroughApi(handle, step, tag, name, tty, words)
    : await runThroughCommandLine(handle, tag, name, tty, words);
  const stopped = isStopped() && stopAfterMs !== undefined && { stoppedAfterMs: stopAfterMs };
  return { form, tty, ...run, ...stopped, gone: await isGone(handle, step, name) };
}

/** Stops a container that has not ended by then; answers, after the run, whether it had to. */
function stopAfter(handle: EngineHandle, name: string, ms: number | undefined): () => boolean {
  if (ms === undefined) return () => false;
  let isOver = false;
  const alarm = setTimeout(async () => {
    isOver = true;
    if (toolWords(handle, clientOf(handle))) await runTool(handle, clientOf(handle), ['kill', name]);
    else
      await (await connect(handle))
        .getContainer(name)
        .kill()
        .catch(() => {});
  }, ms);
  return () => {
    clearTimeout(alarm);
    return isOver;
  };
}

async function runThroughCommandLine(
  handle: EngineHandle,
  tag: string,
  name: string,
  tty: boolean,
  words?: RunWords,
) {
  const client = clientOf(handle);
  const own =
    words === undefined ? [] : [...words.env.map((one) => `--env=${one}`), `--entrypoint=${words.program}`];
  const options = ['--network', 'none', '--name', name, '--label', `${RUN_LABEL}=${handle.runId}`, ...own];
  const given = words?.args ?? [];
  const args = ['run', ...(tty ? ['-ti'] : []), '--rm', ...options, tag, ...given];
  const shownAs = [client, 'run', ...(tty ? ['-ti'] : []), '--rm', ...own, tag, ...given].join(' ');
  if (!tty) {
    const result = await runTool(handle, client, args, { shownAs });
    const refusal = /^(?:docker|podman)?:? ?Error:? .*/m.exec(result.stderr)?.[0];
    const isRefused = [125, 126, 127].includes(result.exitCode) && refusal !== undefined;
    return { ...result, ...(isRefused && { notStarted: refusal }) };
  }
  const line = [...(toolWords(handle, client) ?? []), ...args];
  return runUnderTerminal(line, { environment: handle.toolEnvironment, folder: handle.workDir, shownAs });
}

/** Written when the command has ended; no program of a fixture prints it. */
const END_OF_OUTPUT = '\u001e';

/**
 * `script` may stop reading as soon as its child has ended, before the kernel has handed over the last output. So the
 * child says that the command has ended, and ends itself only when it has been heard, or nobody listens any more.
 */
const SAY_AND_WAIT = '"$@" 3<&-; status=$?; printf "\\036"; read -r _ <&3; exit "$status"';

/** Runs a command under a real pseudo-terminal. What it writes arrives on standard output, terminal's endings and all. */
export async function runUnderTerminal(
  words: readonly string[],
  options: Parameters<typeof runCommand>[1] = {},
) {
  const line = ['sh', '-c', SAY_AND_WAIT, 'sh', ...words].map(quoteForShell).join(' ');
  const result = await runCommand(
    ['script', '--quiet', '--return', '--echo', 'never', '--command', line, '/dev/null'],
    { shownAs: words.join(' '), ...options, releasedBy: END_OF_OUTPUT },
  );
  const [stdout = ''] = result.stdout.split(END_OF_OUTPUT, 1);
  return { ...result, stdout };
}

/**
 * Create, attach, start, wait, remove. An engine answers an attach before it copies a byte, and a program of a few
 * milliseconds may end in between; so its own log of the container is the second witness, and the engine is not asked to
 * remove the container by itself, which would take the log away. The wait comes after the start: one that ended is not
 * missed, while a wait for the next end that the engine reads late never answers.
 */
async function runThroughApi(
  handle: EngineHandle,
  step: StepName,
  tag: string,
  name: string,
  tty: boolean,
  words?: RunWords,
) {
  const docker = await connect(handle);
  const work = async () => {
    const created = docker.createContainer({
      name,
      Image: tag,
      // Standard input stays closed: the client sends a body with the attach, which podman would pass on to it.
      Tty: tty,
      AttachStdout: true,
      AttachStderr: true,
      Labels: { [RUN_LABEL]: handle.runId },
      ...(words && { Entrypoint: [words.program], Cmd: [...words.args], Env: [...words.env] }),
      HostConfig: { NetworkMode: 'none' },
    });
    const refusal = await created.then(() => undefined, refusalOf);
    if (refusal !== undefined) return { exitCode: 125, stdout: '', stderr: refusal, notStarted: refusal };
    // By the name given here: the ID that an engine answers would be part of every further address.
    const container = docker.getContainer(name);
    try {
      const stream = await container.attach(ATTACH);
      const texts = readOutput(docker, stream, tty);
      try {
        await container.start();
      } catch (error) {
        // The engine refuses to start the program (no loader, no such file): that is what a run looks like, as for the CLI.
        texts.catch(() => {});
        (stream as Duplex).destroy();
        const { message } = error as Error;
        return { exitCode: 127, stdout: '', stderr: message, notStarted: message };
      }
      const { StatusCode } = (await container.wait()) as { readonly StatusCode: number };
      const [stdout, stderr] = await texts;
      const logged = await readLog(docker, container, tty);
      return { exitCode: StatusCode, stdout, stderr, ...(logged && { logged }) };
    } finally {
      await container.remove({ force: true });
    }
  };
  const own = words === undefined ? '' : ` ${[words.program, ...words.args].join(' ')}`;
  const command = `POST /containers/create + attach + start${tty ? ' (Tty)' : ''} ${tag}${own}`;
  return { command, ...(await within(step, `run of ${tag} through the API`, work())) };
}

/** An image without a command is refused before there is a container. */
function refusalOf(error: Error & { readonly statusCode?: number }): string {
  if (error.statusCode === 400) return error.message;
  throw error;
}

/**
 * What a container that was started has printed when it has ended, by the engine's own log. It is looked up by the
 * engine's ID of it, and stays.
 */
export async function outputOfStarted(handle: EngineHandle, step: StepName, id: string) {
  const docker = await connect(handle);
  const container = docker.getContainer(id);
  const work = async () => {
    const { StatusCode } = (await container.wait()) as { readonly StatusCode: number };
    const { Config } = await container.inspect();
    const stream = await container.logs({ follow: true, stdout: true, stderr: true });
    const [stdout, stderr] = await readOutput(docker, stream, Config.Tty);
    return { command: `start of the container ${id.slice(0, 12)}`, exitCode: StatusCode, stdout, stderr };
  };
  return within(step, `the output of the container ${id.slice(0, 12)}`, work());
}

async function readOutput(docker: Docker, stream: NodeJS.ReadableStream, tty: boolean) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  if (tty) stream.pipe(stdout);
  else docker.modem.demuxStream(stream, stdout, stderr);
  stream.on('error', (error) => stdout.destroy(error as Error));
  stream.on('end', () => [stdout, stderr].map((output) => output.end()));
  return Promise.all([readAll(stdout), readAll(stderr)]);
}

/** What the engine itself kept of the output; `undefined` where it keeps no log that can be read. */
async function readLog(docker: Docker, container: Docker.Container, tty: boolean) {
  try {
    const stream = await container.logs({ follow: true, stdout: true, stderr: true });
    const [stdout, stderr] = await readOutput(docker, stream, tty);
    return { stdout, stderr };
  } catch {
    return undefined;
  }
}

/** Both streams and no body: podman passes a body on to the container, whose terminal echoes it. */
const ATTACH = {
  _query: { stream: true, stdout: true, stderr: true },
  _body: {},
} as Docker.ContainerAttachOptions;

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > OUTPUT_BYTES) throw overBudget('the output of a container', OUTPUT_BYTES);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function isGone(handle: EngineHandle, step: StepName, name: string): Promise<boolean> {
  if (handle.dockerHost === undefined) {
    const list = await runTool(handle, clientOf(handle), [
      'ps',
      '--all',
      '--quiet',
      '--filter',
      `name=${name}`,
    ]);
    return list.exitCode === 0 && list.stdout.trim() === '';
  }
  const filters = encodeURIComponent(JSON.stringify({ name: [name] }));
  const listed = askEngineJson<readonly unknown[]>(
    'containers',
    handle.dockerHost,
    `/containers/json?all=1&filters=${filters}`,
    { timeoutMs: limitMs(STEP_LIMIT), environment: { ...process.env, ...handle.toolEnvironment } },
  );
  return (await within(step, 'list of containers', listed)).length === 0;
}
