import { digestOf } from '../../archive/digest.ts';
import type { EntryContent } from '../../archive/model.ts';
import { normalisePath } from '../../archive/normalise-path.ts';
import type { Observed, Violation } from '../outcome.ts';
import { stated } from './config.ts';
import type { ExpectedFiles } from './expectation-model.ts';
import { type FoundFile, type FoundFiles, isOtherType, pairs } from './files.ts';
import type { Matcher } from './pattern.ts';

/** Content, digest and pattern, as far as they are stated. What cannot be read does not hold. */
export function* compareContent(
  found: FoundFiles,
  expected: ExpectedFiles,
  matcher: Matcher,
): Iterable<Violation> {
  for (const { file, stated: wanted, pointer } of pairs(found, expected)) {
    const fields = (['content', 'digest', 'pattern'] as const).filter((field) => wanted[field] !== undefined);
    const [first] = fields;
    if (first === undefined || isOtherType(file, wanted)) continue;
    const problem = whyUnreadable(file, fields.includes('pattern'));
    if (problem !== undefined) {
      const value = shortText(wanted[first] ?? '');
      yield { where: file.where, expected: { value, from: stated(`${pointer}/${first}`) }, actual: problem };
      continue;
    }
    for (const field of fields) {
      const violation = MATCHES[field](wanted[field] ?? '', file, matcher);
      if (violation) {
        const { expected: value, actual } = violation;
        yield { where: file.where, expected: { value, from: stated(`${pointer}/${field}`) }, actual };
      }
    }
  }
}

type Match = (
  wanted: string,
  file: FoundFile,
  matcher: Matcher,
) => { readonly expected: string; readonly actual: Observed } | undefined;

const MATCHES: Readonly<Record<'content' | 'digest' | 'pattern', Match>> = {
  content: (wanted, { entry, content }) => {
    const digest = digestOf(wanted);
    if (content?.digest === digest) return undefined;
    const text = textOf(content);
    if (text === undefined || text.length > MAX_SHOWN || wanted.length > MAX_SHOWN) {
      return { expected: digest, actual: { value: content?.digest ?? '', from: `sha256(${entry.path})` } };
    }
    return { expected: wanted, actual: { value: text, from: `content of ${entry.path}` } };
  },
  digest: (wanted, { entry, content }) =>
    content?.digest === wanted
      ? undefined
      : { expected: wanted, actual: { value: content?.digest ?? '', from: `sha256(${entry.path})` } },
  pattern: (wanted, { entry, content }, matcher) => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content?.bytes);
    if (matcher.matches(wanted, text)) return undefined;
    return { expected: `/${wanted}/`, actual: { value: shortText(text), from: `content of ${entry.path}` } };
  },
};

/** Longest text that a finding quotes whole. */
const MAX_SHOWN = 1000;

function shortText(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function textOf(content: EntryContent | undefined): string | undefined {
  try {
    return content?.bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content.bytes);
  } catch {
    return undefined;
  }
}

/** Why the content cannot be judged, as the value to show; `undefined` when it can. */
export function whyUnreadable({ entry, content }: FoundFile, needsBytes: boolean): Observed | undefined {
  if (content?.bytes || (content && !needsBytes)) return undefined;
  const from = `content of ${entry.path}`;
  if (content) return { value: `too large to look into (${entry.size} bytes)`, from };
  if (entry.type === 'hardlink') {
    const target = normalisePath(entry.linkname);
    return { value: `a hard link to ${target}; state that file too`, from };
  }
  return { value: entry.type === 'file' ? 'cannot be read' : `no regular file but a ${entry.type}`, from };
}
