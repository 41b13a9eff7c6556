import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectFolder } from '../../helpers/common/project-files.ts';
import { ATTACKS } from '../../helpers/proof/attack/attacks.ts';
import { runAttack } from '../../helpers/proof/attack/run.ts';
import { buildCli } from '../self/cli/cli.ts';

const COMMAND_LINE = join(dirname(projectFolder('helpers')), '.build/cli.js');

beforeAll(buildCli);

const short = ATTACKS.filter((attack) => attack.short);

test('every attack has an id of its own, and each kind has one that runs here', () => {
  const ids = ATTACKS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(short.length).toBeGreaterThan(5);
});

describe('short form of npm run attack', () => {
  test.each(short.map((attack) => [attack.id, attack] as const))('%s', async (_, attack) => {
    const { problems, after } = await runAttack(attack, COMMAND_LINE);
    expect(problems, `${after.stdout}\n${after.stderr}`).toEqual([]);
  });
});
