import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { EngineError } from '../../engines/error.ts';
import { ASK_MS, type Handover, RUN_MS, TAKE_MS, type Taker } from '../method.ts';
import { readFolderRoot } from '../read-roots.ts';
import type { Answer, TakenImage, TakenRoot } from '../reception.ts';
import type { ContainerdMethod } from '../recipe.ts';
import type { Sandbox } from '../sandbox.ts';
import { tellingWords } from '../words.ts';
import { commandAnswer, fillWords, runWords } from './command-answer.ts';
import { CONTENT, configsBelow } from './content-store.ts';

/** Mounts and namespaces stay until the next start. */
const BATCH = 150;
const START_MS = 20_000;
/** The types of an image of several platforms, as `ctr images list` shows them. */
const LISTS_PLATFORMS = /application\/vnd\.(?:oci\.image\.index|docker\.distribution\.manifest\.list)/;

/** `ctr images import`: every archive gets a namespace of its own, which shares no content with others. */
export function containerdTaker(method: ContainerdMethod, sandbox: Sandbox): Taker {
  let taken = 0;
  const execute = (
    words: readonly string[],
    values: Readonly<Record<string, string>>,
    timeoutMs: number = ASK_MS,
  ) => sandbox.execute({ argv: fillWords(words, { socket: sandbox.run.socket, ...values }), timeoutMs });

  async function take({ number, file, run }: Handover): Promise<Answer> {
    taken++;
    const values = { namespace: `n${number}`, archive: file };
    const end = await execute(method.take, values, TAKE_MS);
    if (!sandbox.isRunning())
      return {
        status: 'crashed',
        words: `the daemon ends: ${tellingWords((await sandbox.log()).join('\n'))}`,
      };
    const answer = commandAnswer(end);
    if (answer) return answer;
    const listed = await execute(method.list, values);
    if (listed.status !== 0)
      throw new EngineError(`ctr does not list what it took: ${tellingWords(listed.stderr)}.`);
    const table = listed.stdout;
    if (LISTS_PLATFORMS.test(table)) await collectGarbage(values);
    const images = await imagesOf(table, sandbox.hostPath(`/var/lib/containerd/${CONTENT}`));
    const image = images[0]?.names?.[0];
    if (image === undefined) return { status: 'taken', images };
    const root = await mountRoot({ ...values, image }, number);
    const said = run ? runWords(await execute(method.run, { ...values, image }, RUN_MS)) : undefined;
    return {
      status: 'taken',
      images,
      ...(root ? { root } : {}),
      ...(said === undefined ? {} : { run: said }),
    };
  }

  /** Content of platforms that nothing holds goes at some later moment; a look before that may or may not find it. */
  async function collectGarbage(values: Readonly<Record<string, string>>): Promise<void> {
    const leases = ['ctr', '--address', '{socket}', '--namespace', '{namespace}', 'leases'];
    await execute([...leases, 'create', '--id', 'collect'], values);
    await execute([...leases, 'delete', '--sync', 'collect'], values);
  }

  async function mountRoot(
    values: Readonly<Record<string, string>>,
    number: number,
  ): Promise<TakenRoot | undefined> {
    const folder = `/var/lib/mounts/${number}`;
    await mkdir(sandbox.hostPath(folder), { recursive: true });
    const end = await execute(method.mount, { ...values, folder });
    if (end.timedOut) throw new EngineError('A root was not mounted in time.');
    if (end.status !== 0) return undefined;
    const files = await readFolderRoot(sandbox.hostPath(folder));
    return files && { image: 0, files };
  }

  return {
    async ready() {
      for (
        const deadline = performance.now() + START_MS;
        performance.now() < deadline;
        await setTimeout(20)
      ) {
        if (!sandbox.isRunning()) break;
        if (!existsSync(sandbox.run.socket)) continue;
        const end = await execute(['ctr', '--address', '{socket}', 'version'], {});
        if (end.status === 0) return;
      }
      const words = tellingWords((await sandbox.log()).join('\n'));
      throw new EngineError(
        `containerd does not answer within ${START_MS / 1000} s; its last words: ${words}.`,
      );
    },
    take,
    clear: () => Promise.resolve(taken < BATCH && sandbox.isRunning()),
  };
}

/** The table of `ctr images ls`: name, type, digest. One image may have several names. */
async function imagesOf(table: string, content: string): Promise<readonly TakenImage[]> {
  const names = new Map<string, string[]>();
  for (const line of table.split('\n').slice(1)) {
    const [name, , digest] = line.split(/\s+/);
    if (name === undefined || digest === undefined || !digest.startsWith('sha')) continue;
    names.set(digest, [...(names.get(digest) ?? []), name]);
  }
  return Promise.all(
    [...names].map(async ([digest, own]) => ({
      ids: [digest],
      configs: await configsBelow(content, digest),
      names: own,
    })),
  );
}
