import { expect, test } from 'vitest';
import { type BenchRow, renderBench } from '../../../helpers/proof/bench/bench-row.ts';

const ROW: BenchRow = { what: 'check: 1 GB', seconds: 3, peer: { name: 'openssl', seconds: 4 }, aim: 0.75 };

test('a row shows both times, their ratio and whether the aim is met', () => {
  expect(renderBench([ROW])).toBe(
    [
      '   what           ours  memory  beside   theirs  ratio   aim',
      '✓  check: 1 GB  3.00 s          openssl  4.00 s   0.75  0.75',
      '',
      'Every aim is met.',
      '',
    ].join('\n'),
  );
});

test.each<[string, BenchRow]>([
  ['a ratio', { ...ROW, seconds: 3.1 }],
  ['a time without a peer', { what: 'check: hello', seconds: 0.4, aim: 0.35 }],
  ['memory', { ...ROW, megabytes: 151, aimMegabytes: 150 }],
])('%s above its aim is marked', (_, row) => {
  const text = renderBench([ROW, row]);
  expect(text).toMatch(/^✗ {2}check/m);
  expect(text).toContain('1 of 2 rows miss an aim (✗).');
});

test('a row without an aim is neither met nor missed', () => {
  const text = renderBench([{ what: 'check: hello', seconds: 0.4 }]);
  expect(text).toMatch(/^ +check: hello/m);
  expect(text).toContain('Every aim is met.');
});
