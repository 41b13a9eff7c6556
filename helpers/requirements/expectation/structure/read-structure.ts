import type { Json } from '../../../common/json.ts';
import { whyNoPattern } from '../pattern.ts';
import { type SchemaProblem, type SchemaResult, validateBy } from '../schema.ts';
import schema from './structure.schema.json' with { type: 'json' };
import type { CommandTest, StructureTests } from './structure-model.ts';

/** Whether a file is one of container-structure-test, in whatever version. */
export function isStructureTest(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'schemaVersion');
}

/** Validates such a file; all problems at once. */
export function readStructureTests(value: Json): SchemaResult {
  const result = validateBy<StructureTests>(schema, value);
  if (!result.ok) return { ...result, problems: result.problems.map(withVersions) };
  const problems = patternProblems(result.value);
  return problems.length === 0
    ? { ok: true, expectation: { structure: result.value } }
    : { ok: false, problems, omitted: 0 };
}

function withVersions({ pointer, message }: SchemaProblem): SchemaProblem {
  if (pointer !== '/schemaVersion') return { pointer, message };
  return { pointer, message: 'must be "2.0.0", the only version of container-structure-test that is read' };
}

/** A value is a pattern only where the same object says so, which a schema cannot say. */
function patternProblems({ metadataTest = {} }: StructureTests): readonly SchemaProblem[] {
  return (['env', 'envVars', 'labels'] as const).flatMap((field) =>
    (metadataTest[field] ?? []).flatMap(({ value = '', isRegex }, position) => {
      const problem = isRegex ? whyNoPattern(value) : undefined;
      if (problem === undefined) return [];
      const pointer = `/metadataTest/${field}/${position}/value`;
      return [{ pointer, message: `is no regular expression of RE2: ${problem}` }];
    }),
  );
}

/** Why the command tests of a file are not judged even where an engine is at hand. */
function whyNoCommand(
  { containerRunOptions }: StructureTests,
  { setup, teardown }: CommandTest,
): string | undefined {
  if (containerRunOptions !== undefined) return 'its file asks for containerRunOptions';
  if ((setup ?? []).length + (teardown ?? []).length > 0) return 'it has a setup or a teardown';
  return undefined;
}

/** Command tests that an engine can answer. */
export function runnableTests(tests: StructureTests | undefined): readonly CommandTest[] {
  return (tests?.commandTests ?? []).filter((test) => whyNoCommand(tests ?? {}, test) === undefined);
}

/** What such a file asks for and nobody judges, one sentence each. `hasEngine`: the image is run. */
export function unjudgedParts(tests: StructureTests, hasEngine: boolean): readonly string[] {
  const { commandTests = [], licenseTests = [] } = tests;
  const notRun = commandTests.flatMap((test) => {
    const reason = hasEngine ? whyNoCommand(tests, test) : 'no engine runs the image';
    return reason === undefined ? [] : [`The command test "${test.name}" is not judged: ${reason}.`];
  });
  return [
    ...notRun,
    ...(licenseTests.length > 0
      ? ['The license tests are not judged: which licences are allowed stands in the code of that tool.']
      : []),
  ];
}

/** Whether anything is left to judge. */
export function hasJudgedParts(tests: StructureTests, hasEngine: boolean): boolean {
  const { fileExistenceTests = [], fileContentTests = [], metadataTest = {} } = tests;
  const run = hasEngine ? runnableTests(tests) : [];
  return (
    run.length + fileExistenceTests.length + fileContentTests.length + Object.keys(metadataTest).length > 0
  );
}
