import { quoteWord } from '../../common/escape.ts';
import type { EngineStack } from '../../engines/engine-model.ts';
import type { Circumstances, StoreKind } from './deviation-model.ts';

/** Which kind of image store a store's name means. */
export function storeKind(store: string | undefined): StoreKind | undefined {
  if (store === undefined || store === '') return undefined;
  if (store === 'vfs') return 'vfs';
  return /containerd|snapshotter|^overlayfs$/i.test(store) ? 'containerd' : 'graphdriver';
}

/** The circumstances that an engine's stack tells; builder, saver and scenario are the caller's to add. */
export function circumstancesOf(stack: EngineStack): Circumstances {
  const name = stack.engine.toLowerCase();
  const family = /podman/.test(name) ? 'podman' : /buildah/.test(name) ? 'buildah' : 'docker';
  const store = storeKind(stack.store);
  return {
    versions: {
      [family]: stack.version,
      // `unknown, built into Docker Engine 26.1.5`: it is there, and its own version is not told.
      ...(stack.buildkit !== undefined && {
        buildkit: stack.buildkit.startsWith('unknown') ? 'unknown' : stack.buildkit,
      }),
      ...(stack.buildx !== undefined && { buildx: stack.buildx }),
    },
    ...(store !== undefined && { store }),
  };
}

/** Tools that a person may name, whether or not the register knows anything of them. */
export const PRODUCERS = [
  'buildah',
  'buildkit',
  'buildx',
  'containerd',
  'crane',
  'docker',
  'kaniko',
  'nerdctl',
  'oras',
  'podman',
  'skopeo',
  'umoci',
] as const;

const CONDITIONS = ['store', 'builder', 'saver'] as const;

/**
 * Reads what a person says about a producer: `docker@29.7`, or `docker@29.7,store=containerd,saver=docker-save`.
 * Answers a sentence when it cannot be read.
 */
export function parseProducer(text: string): Circumstances | string {
  const [producer = '', ...conditions] = text.split(',');
  const [, name, version] = /^([a-z][a-z0-9-]*)@(v?\d[\w.+~-]*)$/.exec(producer) ?? [];
  if (name === undefined || version === undefined) return cannotRead(text);
  const read: Record<string, string> = {};
  for (const condition of conditions) {
    const [, field, value] = /^(store|builder|saver)=([\w-]+)$/.exec(condition) ?? [];
    if (field === undefined || value === undefined) return cannotRead(text);
    read[field] = value;
  }
  const store = read['store'];
  if (store !== undefined && store !== 'graphdriver' && store !== 'containerd' && store !== 'vfs')
    return `The store ${JSON.stringify(store)} is not known; write store=graphdriver, store=containerd or store=vfs.`;
  return { versions: { [name]: version }, ...read };
}

function cannotRead(text: string): string {
  return `The producer ${quoteWord(text)} cannot be read; write NAME@VERSION, for example docker@29.7, optionally followed by ${CONDITIONS.map((field) => `,${field}=…`).join(' ')}.`;
}
