import { escapeControl } from '../common/escape.ts';
import type { EngineHandle } from '../engines/engine-model.ts';

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
