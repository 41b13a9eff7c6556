import { escapeControl } from '../common/escape.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import type { GivenImage } from './given-image.ts';

/** The first line of every run: which engine is judged, and where it came from. */
export function describeEngine({
  name,
  origin,
  stack,
}: Pick<EngineHandle, 'name' | 'origin' | 'stack'>): string {
  const parts = [
    `${stack.engine} ${stack.version}`,
    stack.api && `API ${stack.api}`,
    stack.store && `store ${stack.store}`,
    stack.buildx && `buildx ${stack.buildx}`,
    stack.platform,
  ];
  const known = parts.filter((part) => part !== undefined && part !== '').join(', ');
  return escapeControl(`Engine ${name}: ${known} (from ${origin})`);
}

/** The second line, where another image than the documented one is judged. */
export function describeGiven({ folder, expectation }: GivenImage): string {
  const without = expectation ? '' : ', without an expectation: judged by what is asked of any image';
  return escapeControl(`Context ${folder}${without}`);
}
