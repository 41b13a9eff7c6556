import type { Source } from '../define.ts';
import type { ExpectationSubject } from './expectation-model.ts';

/** What the requirements of an expectation share. */

type Part = keyof ExpectationSubject['expectation'];

/** Cites the description of a part in the schema of expectations. */
export function source(section: Part | '', quote: string): Source {
  return { document: 'expectation', section, quote };
}

export const PROMISE = { level: 'expectation', subject: 'archive' } as const;

/** The parts that a requirement judges must be stated, and there must be an image to judge. */
export function needs(...parts: readonly Part[]) {
  return ({ image, expectation }: ExpectationSubject): true | string => {
    if (parts.every((part) => expectation[part] === undefined))
      return `the expectation states no ${parts.join(' or ')}`;
    return image ? true : 'the archive holds no image to compare';
  };
}
