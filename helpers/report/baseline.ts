import { Ajv2020 } from 'ajv/dist/2020.js';
import { REPORT_BYTES, readBounded } from '../common/bounded-file.ts';
import { showName } from '../common/escape.ts';
import type { Finding } from '../requirements/outcome.ts';
import type { Policy } from '../requirements/policy.ts';
import checkSchema from './check.schema.json' with { type: 'json' };
import { violationHash } from './findings.ts';
import { ReportError, readReport } from './read-report.ts';

/** What `check --json` writes, as far as it is read here. */
interface StoredCheck {
  readonly archives: readonly {
    readonly archive: string;
    readonly results: readonly { readonly id: string; readonly findings: readonly Finding[] }[];
  }[];
}

/**
 * Reads the violations that an earlier run had: a stored report, or the JSON of `check`. The same violation is one of the same
 * requirement at the same place of the same subject, whatever the digests are now. Throws `ReportError`.
 */
export async function readBaseline(path: string): Promise<Required<Pick<Policy, 'isOld' | 'baseline'>>> {
  const known = new Set(await readHashes(path));
  return {
    baseline: showName(path),
    isOld: (subject, id, finding) => known.has(violationHash(id, subject, finding)),
  };
}

async function readHashes(path: string): Promise<readonly string[]> {
  const check = readCheck(path);
  if (check !== undefined)
    return check.archives.flatMap(({ archive, results }) =>
      results.flatMap(({ id, findings }) => findings.map((finding) => violationHash(id, archive, finding))),
    );
  const { subjects } = await readReport(path);
  return subjects.flatMap(({ id: subject, outcomes }) =>
    outcomes.flatMap(({ id, findings }) => findings.map((finding) => violationHash(id, subject, finding))),
  );
}

/** `undefined` for anything that is no JSON of `check`: the reader of reports then says what is wrong with it. */
function readCheck(path: string): StoredCheck | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readBounded(path, REPORT_BYTES).toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('archives' in value) || 'kind' in value)
    return undefined;
  const validate = new Ajv2020({ strict: true }).compile(checkSchema);
  if (validate(value)) return value as unknown as StoredCheck;
  const [error] = validate.errors ?? [];
  throw new ReportError(
    `${showName(path)} is no JSON of check: ${error?.instancePath || 'the whole file'} ${error?.message ?? ''}. Make it again with check --json.`,
  );
}
