import { runTool } from '../engines/command.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import { FlowError } from '../engines/step-error.ts';
import type { BuildersEvidence } from '../requirements/procedure/evidence.ts';

/** `docker buildx ls` and `docker buildx inspect`, as the procedure has them. */
export async function gatherBuilders(handle: EngineHandle): Promise<BuildersEvidence> {
  const [ls, inspect] = await Promise.all([
    runTool(handle, 'docker', ['buildx', 'ls']),
    runTool(handle, 'docker', ['buildx', 'inspect']),
  ]);
  for (const { command, exitCode, stderr } of [ls, inspect]) {
    if (exitCode > 123) throw new FlowError('builders', `${command} cannot be run: ${stderr}`);
  }
  return { ls, inspect, platform: handle.stack.platform ?? '', ...readBuilders(ls.stdout, inspect.stdout) };
}

/** Reads the two tables that people see. */
export function readBuilders(ls: string, inspect: string) {
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(inspect)?.[1]?.trim() ?? '';
  return {
    current: /^(\S+?)\s*\*/m.exec(ls)?.[1] ?? '',
    driver: field('Driver'),
    status: field('Status'),
    buildkit: field('BuildKit(?: version)?'),
    platforms: field('Platforms')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  };
}
