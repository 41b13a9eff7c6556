import type { EngineHandle } from './model.ts';

/** One line for people: name, version, API, store, and where the engine came from. */
export function describeEngine({
  stack,
  origin,
  name,
}: Pick<EngineHandle, 'stack' | 'origin' | 'name'>): string {
  const parts = [
    `${stack.engine} ${stack.version}`,
    ...(stack.api === undefined ? [] : [`API ${stack.api}`]),
    ...(stack.store === undefined ? [] : [`image store ${stack.store}`]),
    ...(stack.buildx === undefined ? [] : [`buildx ${stack.buildx}`]),
  ];
  return `${parts.join(', ')} (${origin === 'rootfs' || origin === 'image' ? `${name}, ${origin}` : origin})`;
}
