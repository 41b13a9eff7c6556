import { describe, expect, it } from 'vitest';
import { COMMAND_TABLES } from '../../../helpers/cli/options/tables.ts';
import { renderHelp } from '../../../helpers/common/command-help.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { quote, reproduceCommand } from '../../../helpers/report/reproduce.ts';
import { exampleReport } from './example.ts';

const report = exampleReport({ engines: 2, requirements: 3, variants: 1 });
const [subject = { id: '', outcomes: [] }] = report.subjects;

describe('the command that repeats a finding', () => {
  it.each<[Report['kind'], string, string]>([
    [
      'check',
      "npx scratch-conformance check 'hello <img src=x onerror=\"document.title='\\''hacked'\\''\">.tar' --only config.diff-id",
      '--only ID',
    ],
    ['conformance', 'npm run conformance -- --builder buildx', '--builder NAME'],
    ['matrix', 'npm run matrix -- --engine docker-28-containerd', '--engine NAME'],
  ])('of a %s uses an option that the command has', (kind, command, usage) => {
    const run = { ...report, kind, command: `npm run ${kind} -- --quiet` };
    expect(reproduceCommand(run, subject, 'config.diff-id')).toBe(command);
    const table = COMMAND_TABLES.find(({ name }) => name === kind);
    expect(table && renderHelp(table)).toContain(usage);
  });

  it('is that of the package where the run was one of the package', () => {
    const run = { ...report, kind: 'matrix', command: 'npx scratch-conformance matrix --quiet' } as const;
    expect(reproduceCommand(run, subject, 'config.diff-id')).toBe(
      'npx scratch-conformance matrix --engine docker-28-containerd',
    );
  });

  it.each([
    ['hello.tar', 'hello.tar'],
    ['two words', "'two words'"],
    ["it's", "'it'\\''s'"],
    ['$(reboot)', "'$(reboot)'"],
    ['', "''"],
  ])('writes %j as the shell word %s', (word, quoted) => {
    expect(quote(word)).toBe(quoted);
  });
});
