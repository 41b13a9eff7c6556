import type { StackDifference } from '../report/gate-model.ts';
import type { EngineReport } from '../report/report-model.ts';
import { enginesOf, type Side } from './pair.ts';

/** Every part of the stacks that differs, so that a change can be attributed; with several engines, by engine. */
export function compareStacks(baseline: Side, candidate: Side): readonly StackDifference[] {
  const [before, after] = [enginesOf(baseline), enginesOf(candidate)];
  if (before.length === 1 && after.length === 1) return differences('', before[0], after[0]);
  const names = new Set([...before, ...after].map(({ name }) => name));
  return [...names].flatMap((name) =>
    differences(
      `${name}: `,
      before.find((engine) => engine.name === name),
      after.find((engine) => engine.name === name),
    ),
  );
}

function differences(
  prefix: string,
  baseline: EngineReport | undefined,
  candidate: EngineReport | undefined,
): readonly StackDifference[] {
  const before: Readonly<Record<string, string | undefined>> = { ...baseline?.stack };
  const after: Readonly<Record<string, string | undefined>> = { ...candidate?.stack };
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((part) => {
    const [a, b] = [before[part], after[part]];
    if (a === b) return [];
    return [
      {
        part: `${prefix}${part}`,
        ...(a !== undefined && { before: a }),
        ...(b !== undefined && { after: b }),
      },
    ];
  });
}
