import type { PageData } from '../data.ts';

/** The page's data from its compressed form: JSON, gzip, base64. */
export async function expandData(text: string): Promise<PageData> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).json();
}
