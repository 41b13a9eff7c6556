import { UNPRINTABLE } from '../../common/escape.ts';
import type { After, Attack } from './attack-model.ts';

/** What is wrong with what was seen, in words; nothing when the row is as wanted. */
export async function attackProblems({ wanted, check }: Attack, after: After): Promise<readonly string[]> {
  const own = await check?.(after);
  return [
    ...(after.over === undefined ? endProblems(wanted.exitCodes, after) : [`over its limit: ${after.over}`]),
    ...(wanted.says === undefined || isSaid(wanted.says, after) ? [] : [`does not say ${wanted.says}`]),
    ...soundness(after),
    ...after.left.map((left) => `left behind: ${left}`),
    ...(own === undefined ? [] : [own]),
  ];
}

function endProblems(codes: readonly number[], { exitCode, signal }: After): readonly string[] {
  if (exitCode !== undefined && codes.includes(exitCode)) return [];
  return [`ended with ${exitCode ?? signal}, wanted ${codes.join(' or ')}`];
}

function isSaid(wanted: RegExp | string, { stdout, stderr }: After): boolean {
  const said = `${stdout}\n${stderr}`;
  return typeof wanted === 'string' ? said.includes(wanted) : wanted.test(said);
}

/** The most that one run may print. */
const MAX_PRINTED = 2_000_000;

/** The style sheet and the program of the report page, which are ours; its data stands in elements with a type. */
const OUR_PAGE = /<style>[\s\S]*?<\/style>|<script>[\s\S]*?<\/script>/g;

/** Holds for every row: what is printed is for people, and bad input is no bug of the suite. */
function soundness({ stdout, stderr }: After): readonly string[] {
  const said = (stdout + stderr).replace(OUR_PAGE, '');
  const steering = UNPRINTABLE.exec(said.replaceAll('\n', ''))?.[0]?.codePointAt(0);
  return [
    ...(steering === undefined ? [] : [`prints the character U+${steering.toString(16).padStart(4, '0')}`]),
    ...(/^\s+at .*:\d+:\d+\)?$/m.test(said) ? ['prints a stack trace'] : []),
    ...(said.includes('Suite bug') ? ['takes bad input for a bug of the suite'] : []),
    ...(said.length > MAX_PRINTED ? [`prints ${said.length} characters`] : []),
  ];
}
