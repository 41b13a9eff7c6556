import { cite } from '../archive/support.ts';

/** What requirements about reproducible builds cite, on one engine and across engines. */
export const REWRITE_TIMESTAMP = cite(
  'buildkit',
  'README.md#imageregistry',
  'rewrite the file timestamps to the `SOURCE_DATE_EPOCH` value',
);
