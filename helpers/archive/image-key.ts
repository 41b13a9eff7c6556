import type { Image } from './model.ts';

/** What an image of an archive is called in places and messages: its view and its position there, `manifest.json#0`. */
export function imageKey({ view, position }: Pick<Image, 'view' | 'position'>): string {
  return `${view}#${position}`;
}
