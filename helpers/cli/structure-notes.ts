import { escapeControl, showName } from '../common/escape.ts';
import { printNote } from '../common/terminal.ts';
import { UsageError } from '../common/usage.ts';
import { hasJudgedParts, unjudgedParts } from '../requirements/expectation/structure/read-structure.ts';
import type { StructureTests } from '../requirements/expectation/structure/structure-model.ts';

/** Names what a file of container-structure-test asks for and the suite does not judge. One of which nothing is judged is refused. */
export function tellUnjudged(path: string, tests: StructureTests, hasEngine: boolean): void {
  const parts = unjudgedParts(tests, hasEngine);
  if (!hasJudgedParts(tests, hasEngine))
    throw new UsageError(
      `${showName(path)} states nothing that can be judged here. ${escapeControl(parts.join(' '))}`.trim(),
    );
  for (const part of parts) printNote(escapeControl(`${showName(path)}: ${part}`));
}
