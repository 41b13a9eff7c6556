import { readFileSync } from 'node:fs';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { showName } from '../common/escape.ts';
import type { AnswerKind } from './answer-schemas.ts';
import { EngineError, NoAnswerError } from './error.ts';
import { whenStepEnds } from './limited.ts';
import { readAnswer } from './read-answer.ts';
import { oneLine } from './step-error.ts';
import { ANSWER_WAITS_MS, answerWaits } from './time-limits.ts';

/** Largest answer that is read: a list of many thousand images stays below. */
const MAX_ANSWER = 64 * 1024 * 1024;
/** The same for what is said of one image or engine: registries refuse a config or manifest of more than 4 MiB. */
const MAX_DESCRIPTION = 8 * 1024 * 1024;
const DESCRIPTIONS: readonly AnswerKind[] = ['version', 'info', 'podmanInfo', 'image', 'history'];

interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One request to an engine's API without any library: for start, identity and sweep. `dockerHost` has the form of
 * `DOCKER_HOST` (`unix://`, `tcp://`, `http://`, `https://`); TLS follows `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH` of
 * the environment given. Rejects with EngineError, with NoAnswerError when nothing answers within `timeoutMs`.
 */
export function askEngine(
  dockerHost: string,
  path: string,
  options: {
    readonly method?: string;
    readonly timeoutMs?: number;
    readonly maxBytes?: number;
    readonly environment?: NodeJS.ProcessEnv;
  } = {},
): Promise<ApiAnswer> {
  const { method = 'GET', timeoutMs = ANSWER_WAITS_MS[0], environment = process.env } = options;
  const { maxBytes = MAX_ANSWER } = options;
  const target = connectionOf(dockerHost, environment);
  return new Promise((resolve, reject) => {
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send({ ...target, path, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxBytes) return void chunks.push(chunk);
        reject(tooLong(dockerHost, path, maxBytes));
        request.destroy();
      });
      response.on('error', fail);
      response.on('end', () => {
        end();
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    const refuse = () => request.destroy(new NoAnswerError(`no answer within ${timeoutMs / 1000} s`));
    // An answer that came while this process was busy is read first: one more turn of the event loop.
    const alarm = setTimeout(() => setImmediate(() => setTimeout(refuse)), timeoutMs);
    const forget = whenStepEnds(() => request.destroy(new EngineError('the step is over')));
    const end = () => {
      clearTimeout(alarm);
      forget();
    };
    const fail = (cause: NodeJS.ErrnoException) => {
      end();
      const Failure = cause instanceof NoAnswerError ? NoAnswerError : EngineError;
      reject(
        new Failure(
          `The engine at ${dockerHost} does not answer (${oneLine(cause.code ?? cause.message)}).`,
          { code: cause.code },
        ),
      );
    };
    request.on('error', fail);
    request.end();
  });
}

function tooLong(dockerHost: string, path: string, bytes: number): EngineError {
  const most = bytes / 1024 ** 2;
  return new EngineError(
    `The engine at ${dockerHost} answers ${path} with more than ${most} MiB; no more is read.`,
  );
}

/**
 * A request that changes nothing, asked again when there is no answer; `timeoutMs` is the longest wait, that of the second
 * time. Throws NoAnswerError.
 */
export async function askEngineTwice(
  dockerHost: string,
  path: string,
  options: Parameters<typeof askEngine>[2] = {},
): Promise<ApiAnswer> {
  const [first, second] = answerWaits(options.timeoutMs);
  try {
    return await askEngine(dockerHost, path, { ...options, timeoutMs: first });
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    return askEngine(dockerHost, path, { ...options, timeoutMs: second });
  }
}

/** The same for an answer that the suite reads; a status of 400 or more is an error, and so is a wrong type. */
export async function askEngineJson<T>(
  kind: AnswerKind,
  dockerHost: string,
  path: string,
  options: Parameters<typeof askEngine>[2] = {},
): Promise<T> {
  const maxBytes = DESCRIPTIONS.includes(kind) ? MAX_DESCRIPTION : MAX_ANSWER;
  const { status, body } = await askEngineTwice(dockerHost, path, { maxBytes, ...options });
  if (status >= 400)
    throw new EngineError(
      `The engine at ${dockerHost} answered ${path} with status ${status}: ${showName(body)}`,
    );
  return readAnswer(kind, `GET ${path}`, body);
}

/** Options of node:http for a `DOCKER_HOST`. */
export function connectionOf(dockerHost: string, environment: NodeJS.ProcessEnv): RequestOptions {
  const match = /^([a-z]+):\/\/(.*)$/.exec(dockerHost);
  const [, scheme, rest = ''] = match ?? [];
  // Node takes a named pipe of Windows for a socket.
  if (scheme === 'unix' || scheme === 'npipe') return { protocol: 'http:', socketPath: rest };
  if (scheme !== 'tcp' && scheme !== 'http' && scheme !== 'https') {
    throw new EngineError(
      `DOCKER_HOST ${JSON.stringify(dockerHost)} is not supported; use unix:// or tcp://, for example a socket forwarded by ssh -L.`,
    );
  }
  const url = parseAddress(dockerHost, rest);
  const secure = scheme === 'https' || Boolean(environment['DOCKER_TLS_VERIFY']);
  const address = {
    // The brackets of an IPv6 address belong to the URL.
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port || (secure ? '2376' : '2375'),
  };
  if (!secure) return { protocol: 'http:', ...address };
  const folder = environment['DOCKER_CERT_PATH'] ?? join(environment['HOME'] ?? '', '.docker');
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readKey(join(folder, name)));
  return { protocol: 'https:', ...address, ...({ ca, cert, key } as object) };
}

function parseAddress(dockerHost: string, rest: string): URL {
  try {
    const url = new URL(`http://${rest}`);
    if (url.hostname !== '' && url.pathname === '/') return url;
  } catch {
    // The sentence below says it.
  }
  throw new EngineError(
    `DOCKER_HOST ${JSON.stringify(dockerHost)} is no address; write tcp://HOST:PORT, with a port of 1 to 65535 and an IPv6 address in brackets.`,
  );
}

function readKey(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new EngineError(`Cannot read the TLS file ${file} (${(cause as NodeJS.ErrnoException).code}).`);
  }
}
