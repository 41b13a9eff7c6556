import type { Budget } from './budget.ts';
import { createDigester } from './digest.ts';
import { SHOWN_TEXT_BYTES, SHOWN_TEXT_OF_LAYER } from './limits.ts';
import type { ContentsWanted, EntryContent } from './model.ts';
import { normalisePath } from './normalise-path.ts';
import { type Header, pathText } from './tar/header.ts';

/** Takes the content of one file as it passes. */
export interface ContentReader {
  /** False: it is not wanted after all. */
  push(chunk: Uint8Array): boolean;
  finish(): EntryContent;
}

export interface Wish {
  /** `undefined`: nothing of this file is wanted. */
  read(header: Header, budget: Budget): ContentReader | undefined;
}

export function createWish({ paths, maxFileBytes, maxTextBytes, showsTexts }: ContentsWanted): Wish {
  let toShow = showsTexts ? SHOWN_TEXT_OF_LAYER : 0;
  const set = paths === 'all' ? undefined : new Set(paths);
  return {
    read(header, budget) {
      const isNamed = !set || set.has(normalisePath(pathText(header)));
      if (!isNamed && maxTextBytes === undefined) {
        if (header.size === 0 || header.size > Math.min(SHOWN_TEXT_BYTES, toShow)) return undefined;
        toShow -= header.size;
        return readContent(header.size, SHOWN_TEXT_BYTES, budget, false, true);
      }
      const most = isNamed ? Math.max(maxFileBytes, maxTextBytes ?? 0) : (maxTextBytes ?? 0);
      return readContent(header.size, most, budget, isNamed, maxTextBytes !== undefined);
    },
  };
}

function readContent(
  size: number,
  most: number,
  budget: Budget,
  isNamed: boolean,
  tellsTexts: boolean,
): ContentReader {
  const hash = createDigester('sha256');
  let parts: Uint8Array[] | undefined;
  let isBinary = false;
  let isFirst = true;
  return {
    push(chunk) {
      if (tellsTexts && !isBinary) isBinary = chunk.includes(0);
      if (isBinary && !isNamed) return false;
      // Paid for only now: of most files the first bytes tell that they are no text.
      if (isFirst && size <= most && budget.trySpend('content', size)) parts = [];
      isFirst = false;
      hash.update(chunk);
      parts?.push(new Uint8Array(chunk));
      return true;
    },
    finish() {
      if (isFirst && size <= most) parts = [];
      const digest = hash.digest();
      return { digest, ...(parts && { bytes: concat(parts) }), ...(isBinary && { isBinary }) };
    },
  };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0]) return parts[0];
  return new Uint8Array(Buffer.concat(parts));
}
