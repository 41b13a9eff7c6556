import { type Child, h } from '../element.ts';
import { outside } from './parts.ts';

/** Values as a person reads them. What is copied and searched stays the whole text. */

const DIGEST = /(?:sha(?:256|384|512)[:/])?[0-9a-f]{64,128}/g;
/** Only from our own texts: what an archive says never becomes a link. */
const LINK = /https:\/\/[^\s()<>"]+[^\s()<>".,;]/g;

/** Digests are cut short to the eye, with the whole under the pointer. */
export function withShortDigests(text: string): readonly Child[] {
  return replaced(text, DIGEST, (digest) => h('span', { class: 'short', title: digest }, digest));
}

export function withLinks(text: string): readonly Child[] {
  return replaced(text, LINK, (url) => outside(url, url));
}

function replaced(text: string, pattern: RegExp, show: (found: string) => Child): readonly Child[] {
  const parts: Child[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    parts.push(text.slice(end, index), show(found));
    end = index + found.length;
  }
  return [...parts, text.slice(end)];
}

/** Seconds since 1970 that stand for 1973 to 2106. */
const SECONDS = /\b[1-9]\d{8,9}\b/g;
const LAST = 2 ** 32;

/** The times in a value that is said to be of a time: `2026-11-25 11:26:29 UTC`, once each. */
export function timesIn(value: string, from: string): readonly string[] {
  if (!/time|created/i.test(`${from} ${value}`)) return [];
  const seconds = [...value.matchAll(SECONDS)]
    .map(([text]) => Number(text))
    .filter((number) => number < LAST);
  return [...new Set(seconds)].map((number) => {
    const iso = new Date(number * 1000).toISOString();
    return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
  });
}
