import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';

/** What a run left on this machine, in words: processes, mounts and control groups of a folder and run. */
export async function tracesOf(folder: string, run: string): Promise<readonly string[]> {
  const [processes, mounts, groups] = await Promise.all([
    processesWith(folder),
    mountsWith(folder),
    groupsWith(run),
  ]);
  return [...(existsSync(folder) ? [`folder ${folder}`] : []), ...processes, ...mounts, ...groups];
}

export async function processesWith(text: string): Promise<readonly string[]> {
  const numbers = (await readdir('/proc')).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  );
  const lines = await Promise.all(
    numbers.map(async (number) => {
      const command = await readFile(`/proc/${number}/cmdline`, 'utf8').catch(() => '');
      return command.includes(text) ? `process ${number} ${command.replaceAll('\0', ' ')}` : undefined;
    }),
  );
  return lines.filter((line) => line !== undefined);
}

/** Everything that was started with this folder for its temporary files: engines, their owners, vitest and its workers. */
export async function processesOf(folder: string): Promise<readonly string[]> {
  const numbers = (await readdir('/proc')).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  );
  const found = await Promise.all(
    numbers.map(async (number) => {
      const [words, environment] = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${number}/${file}`, 'utf8').catch(() => '')),
      );
      const belongs = `${words}\0${environment}`.includes(folder);
      return belongs ? `${number} ${words?.replaceAll('\0', ' ')}` : undefined;
    }),
  );
  return found.filter((line) => line !== undefined);
}

export async function mountsWith(text: string): Promise<readonly string[]> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  return mounts.split('\n').flatMap((line) => (line.includes(text) ? [`mount ${line}`] : []));
}

async function groupsWith(word: string): Promise<readonly string[]> {
  const root = '/sys/fs/cgroup';
  const hierarchies = [root, ...(await readdir(root)).map((name) => `${root}/${name}`)];
  const names = await Promise.all(hierarchies.map((path) => readdir(path).catch(() => [])));
  return names.flat().flatMap((name) => (basename(name).includes(word) ? [`control group ${name}`] : []));
}
