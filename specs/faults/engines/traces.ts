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

/** Processes with this text in their command or environment: a temporary folder shows engines, their owners, vitest. */
export async function processesWith(text: string): Promise<readonly string[]> {
  const numbers = (await readdir('/proc')).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  );
  const lines = await Promise.all(
    numbers.map(async (number) => {
      const [command = '', environment] = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${number}/${file}`, 'utf8').catch(() => '')),
      );
      const belongs = `${command}\0${environment}`.includes(text);
      return belongs ? `process ${number} ${command.replaceAll('\0', ' ')}` : undefined;
    }),
  );
  return lines.filter((line) => line !== undefined);
}

export async function mountsWith(text: string): Promise<readonly string[]> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  return mounts.split('\n').flatMap((line) => (line.includes(text) ? [`mount ${line}`] : []));
}

export async function groupsWith(word: string): Promise<readonly string[]> {
  const root = '/sys/fs/cgroup';
  const hierarchies = [root, ...(await readdir(root)).map((name) => `${root}/${name}`)];
  const names = await Promise.all(hierarchies.map((path) => readdir(path).catch(() => [])));
  return names.flat().flatMap((name) => (basename(name).includes(word) ? [`control group ${name}`] : []));
}
