import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { quoteWord } from '../common/escape.ts';
import { EngineError } from './error.ts';

/** Where docker's client looks when nothing says otherwise. */
export const DEFAULT_SOCKET = '/var/run/docker.sock';

/** Where an engine is said to be, and by whom. */
export interface EngineAddress {
  /** `DOCKER_HOST`, `context NAME` or `default socket`. */
  readonly origin: string;
  readonly dockerHost: string;
  /** Further variables that a client needs (TLS). */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The address that the user asks for: `DOCKER_HOST`, else the context of `DOCKER_CONTEXT` or of the client's
 * configuration, as the docker command has it. Undefined when neither is set. Throws EngineError for a context that
 * does not exist.
 */
export async function addressInForce(environment: NodeJS.ProcessEnv): Promise<EngineAddress | undefined> {
  const dockerHost = environment['DOCKER_HOST'];
  if (dockerHost) return { origin: 'DOCKER_HOST', dockerHost, environment: {} };
  const folder = environment['DOCKER_CONFIG'] || join(environment['HOME'] || homedir(), '.docker');
  const name = environment['DOCKER_CONTEXT'] || (await currentContext(join(folder, 'config.json')));
  if (name === undefined || name === 'default') return undefined;
  return readContext(folder, name);
}

async function currentContext(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { currentContext: name } = JSON.parse(text) as { readonly currentContext?: unknown };
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    throw new EngineError(`The docker configuration ${file} is not JSON; correct it or set DOCKER_HOST.`);
  }
}

/** A context is stored in folders named after the SHA-256 of its name. */
async function readContext(folder: string, name: string): Promise<EngineAddress> {
  const key = createHash('sha256').update(name).digest('hex');
  const file = join(folder, 'contexts/meta', key, 'meta.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new EngineError(
      `The docker context ${quoteWord(name)} is in force but does not exist; choose another one.`,
    );
  });
  const host = hostOf(text);
  if (host === undefined) {
    throw new EngineError(
      `The docker context ${quoteWord(name)} names no engine (${file}); choose another one.`,
    );
  }
  const tls = join(folder, 'contexts/tls', key, 'docker');
  const environment = existsSync(tls) ? { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: tls } : {};
  return { origin: `context ${name}`, dockerHost: host, environment: environment as Record<string, string> };
}

function hostOf(text: string): string | undefined {
  try {
    const meta = JSON.parse(text) as {
      readonly Endpoints?: { readonly docker?: { readonly Host?: unknown } };
    };
    const host = meta.Endpoints?.docker?.Host;
    return typeof host === 'string' && host !== '' ? host : undefined;
  } catch {
    return undefined;
  }
}
