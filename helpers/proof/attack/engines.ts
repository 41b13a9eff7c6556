import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { After, Attack } from './attack-model.ts';
import { givesNoCommand, HOSTILE } from './escaping.ts';

/** What an engine answers is data, too: it is escaped, told in a readable length, and takes no more room than it may. */

/**
 * By path without its version, `image json` and `image history` for every image; what is not named is answered with
 * status 404.
 */
type Answers = Readonly<Record<string, unknown>>;

const MEGABYTES = 7_000_000;
/** The most that a run on a hostile engine may print. */
const READABLE = 40_000;

const ENGINE: Answers = {
  '/_ping': 'OK',
  '/version': { Version: '28.5.2', ApiVersion: '1.51', Os: 'linux', Arch: 'amd64' },
  '/info': { ID: 'hostile', Driver: 'overlay2', OperatingSystem: 'Linux', NCPU: 1, MemTotal: 1 },
  '/containers/json': [],
  '/images/json': [],
  '/system/df': { BuildCache: [] },
  '/build': { stream: 'Step 1/1 : FROM scratch\n' },
  'image history': [],
};

const image = (more: object) => ({ Id: `sha256:${'0'.repeat(64)}`, RepoTags: ['a:1'], Parent: '', ...more });

interface Words {
  readonly id: string;
  readonly title: string;
  /** Must be found in what is said. */
  readonly says: string;
  readonly answers: Answers;
}

const WORDS: readonly Words[] = [
  {
    id: 'version',
    title: 'an engine whose versions and names are control characters',
    says: 'example/\\x1b',
    answers: {
      '/version': { Version: HOSTILE, ApiVersion: HOSTILE, Os: HOSTILE, Arch: HOSTILE },
      '/info': { ID: HOSTILE, Driver: HOSTILE, DefaultRuntime: HOSTILE, KernelVersion: HOSTILE },
    },
  },
  {
    id: 'long-version',
    title: 'an engine whose version has 7 MB',
    says: 'must NOT have more than',
    answers: { '/version': { Version: 'x'.repeat(MEGABYTES) } },
  },
  {
    id: 'error',
    title: 'an engine that refuses a build in 7 MB of control characters',
    says: 'the engine refused',
    answers: { '/build': { error: HOSTILE + 'x'.repeat(MEGABYTES) } },
  },
  {
    id: 'tag',
    title: 'an engine that names an image in 7 MB',
    says: "something else than Docker's API has: /RepoTags",
    answers: { 'image json': image({ RepoTags: [`a/${'x'.repeat(MEGABYTES)}:1`] }) },
  },
  {
    id: 'layers',
    title: 'an engine that names a million layers in an image',
    says: 'with more than 8 MiB; no more is read',
    answers: {
      'image json': image({ RootFS: { Layers: Array.from({ length: 1_000_000 }, () => HOSTILE) } }),
    },
  },
  {
    id: 'image',
    title: 'an engine whose image and history are control characters',
    says: 'build.no-labels (fail)',
    answers: {
      'image json': image({
        Created: HOSTILE,
        Os: HOSTILE,
        Config: { Cmd: [HOSTILE], Entrypoint: [HOSTILE], Labels: { [HOSTILE]: 'x'.repeat(MEGABYTES) } },
        RootFS: { Layers: [HOSTILE] },
      }),
      'image history': [{ CreatedBy: HOSTILE }],
    },
  },
  {
    id: 'cache',
    title: 'an engine whose build cache is control characters',
    says: 'could not be judged',
    answers: { '/system/df': { BuildCache: [{ ID: HOSTILE, Size: -1e300 }, { ID: 'x'.repeat(MEGABYTES) }] } },
  },
  {
    id: 'nothing',
    title: 'an engine that answers every question with null',
    says: "something else than Docker's API has",
    answers: Object.fromEntries(Object.keys(ENGINE).map((path) => [path, null])),
  },
];

export const ENGINE_ATTACKS: readonly Attack[] = [
  attackOf('500', 'an engine that answers status 500 with control characters', 'status 500', (_, answer) =>
    answer(500, HOSTILE + 'x'.repeat(1_000_000)),
  ),
  ...WORDS.map(({ id, title, says, answers }) =>
    attackOf(id, title, says, (path, answer) => {
      const all: Answers = { ...ENGINE, ...answers };
      const key = /^\/images\/.*\/(json|history)$/.exec(path)?.[1]?.replace(/^/, 'image ') ?? path;
      if (!(key in all)) answer(404, '{"message":"no such thing"}');
      else answer(200, key === '/_ping' ? 'OK' : JSON.stringify(all[key]));
    }),
  ),
];

type Respond = (path: string, answer: (status: number, body: string) => void) => void;

/** A run on an engine that a server of this process plays. */
function attackOf(id: string, title: string, says: string, respond: Respond): Attack {
  let server: Server | undefined;
  return {
    id: `engine-${id}`,
    kind: 'engines',
    title,
    short: id === 'nothing',
    // The runner and its worker take 260 MB for themselves.
    wanted: { exitCodes: [2], says, budget: { megabytes: 600 } },
    prepare: async (room) => {
      const path = join(room.aside, 'engine.sock');
      server = createServer((request, response) => {
        const asked = (request.url ?? '').replace(/^\/v[\d.]+(?=\/)/, '').replace(/\?.*$/, '');
        // The context of a build is taken to its end, as an engine does.
        request
          .resume()
          .on('end', () => respond(asked, (status, body) => response.writeHead(status).end(body)));
      });
      await new Promise<void>((resolve) => server?.listen(path, resolve));
      return {
        argv: ['conformance', '--builder', 'classic-api', '--output', join(room.aside, 'report')],
        env: { DOCKER_HOST: `unix://${path}`, SCRATCH_ENGINE: '' },
      };
    },
    check: readable,
    restore: () => {
      server?.closeAllConnections();
      server?.close();
    },
  };
}

function readable(after: After): string | undefined {
  const printed = after.stdout.length + after.stderr.length;
  return printed < READABLE ? givesNoCommand(after) : `prints ${printed} characters`;
}
