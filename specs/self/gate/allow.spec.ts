import { expect, test } from 'vitest';
import { parseAllowances } from '../../../helpers/gate/allow.ts';

test('a list of allowed changes names its file', () => {
  const text = JSON.stringify({
    allow: [{ id: 'observation.layout', reason: 'All consumers follow manifest.json.' }],
  });
  expect(parseAllowances(text, 'gate.json')).toEqual({
    allowances: [
      { id: 'observation.layout', reason: 'All consumers follow manifest.json.', by: 'gate.json' },
    ],
  });
});

test('the former word for an observation, fact, allows the same change', () => {
  const parsed = parseAllowances('{"allow":[{"id":"fact.layout","reason":"Because of it."}]}', 'gate.json');
  expect(parsed).toHaveProperty('allowances.0.id', 'observation.layout');
});

test.each([
  ['{', /not JSON/],
  ['{}', /"allow" is missing/],
  ['{"allow":[{"id":"a"}]}', /"reason" is missing at \/allow\/0/],
  [
    '{"allow":[{"id":"a","reason":"Because of it.","til":"x"}]}',
    /unknown field "til" at \/allow\/0; known fields are id/,
  ],
  ['{"allow":[{"id":"a","reason":"Because of it.","until":"soon"}]}', /\/allow\/0\/until is "soon"/],
])('%s is refused in one sentence', (text, expected) => {
  const parsed = parseAllowances(text, 'gate.json');
  expect(parsed).toHaveProperty('problems');
  const problems = 'problems' in parsed ? parsed.problems : [];
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^gate\.json: /);
  expect(problems[0]).toMatch(expected);
});
