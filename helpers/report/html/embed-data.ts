import { gzipSync } from 'node:zlib';
import type { PageData } from './data.ts';

/**
 * The data as JSON, gzip, base64: a matrix repeats the same words ten thousand times, and nothing in it can end the
 * script element or be taken for markup.
 */
export function embedData(data: PageData): string {
  return gzipSync(JSON.stringify(data)).toString('base64');
}
