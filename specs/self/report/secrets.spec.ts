import { describe, expect, test } from 'vitest';
import { isSecretName, MASK, maskSecrets, maskText } from '../../../helpers/common/secrets.ts';
import { presentable } from '../../../helpers/requirements/presentable.ts';

describe('names of secrets', () => {
  test.each([
    'DB_PASSWORD',
    'PGPASSWORD',
    'GITHUB_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'apiKey',
    'com.example.api-key',
    'MYSQL_PWD',
    'AUTH',
    'DATABASE_DSN',
    'credentials',
  ])('%s is one', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  test.each([
    'PATH',
    'PWD',
    'MODE',
    'AUTHOR',
    'KEYBOARD',
    'MONKEY',
    'TOKENIZERS_PARALLELISM',
    'DB_PASSWORD_FILE',
    'org.opencontainers.image.authors',
  ])('%s is none', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('texts', () => {
  test.each([
    ['DB_PASSWORD=hunter 2\nmore', `DB_PASSWORD=${MASK}`],
    ['DB_PASSWORD=', 'DB_PASSWORD='],
    ['|1 TOKEN=abc MODE=fast /bin/sh -c make', `|1 TOKEN=${MASK} MODE=fast /bin/sh -c make`],
    ['/bin/sh -c #(nop)  ENV TOKEN abc', `/bin/sh -c #(nop)  ENV TOKEN ${MASK}`],
    ['run --token=abc --name=x', `run --token=${MASK} --name=x`],
    ['run --api-key abc', `run --api-key ${MASK}`],
    ['curl https://me:pw@host/x', `curl https://${MASK}@host/x`],
    ['Authorization: Bearer abcdefghij', `Authorization: ${MASK} ${MASK}`],
    [`x ghp_${'a'.repeat(36)} y`, `x ${MASK} y`],
    ['x AKIAABCDEFGHIJKLMNOP y', `x ${MASK} y`],
    ['x eyJhbGciOiJIUzI1.eyJzdWIiOiIx.abc y', `x ${MASK} y`],
    ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END', MASK],
    ['PATH=/usr/bin:/bin', 'PATH=/usr/bin:/bin'],
    ['COPY a / # buildkit', 'COPY a / # buildkit'],
    [`sha256:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}`],
  ])('%j becomes %j', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });
});

test('values of lists and objects are masked by their names', () => {
  expect(maskSecrets(['login', '--password', 'abc', '--user', 'me'])).toEqual([
    'login',
    '--password',
    MASK,
    '--user',
    'me',
  ]);
  expect(maskSecrets({ Labels: { token: 'abc', stage: 'test' }, size: 3, none: null })).toEqual({
    Labels: { token: MASK, stage: 'test' },
    size: 3,
    none: null,
  });
});

describe('what a report keeps of a violation', () => {
  const violation = {
    where: { member: 'm'.repeat(100_000) },
    expected: { value: 'TOKEN=abc', from: 'a' },
    actual: { value: 'TOKEN=abd', from: 'b' },
  };

  test('two secrets that differ do not look alike', () => {
    const { expected, actual } = presentable(violation);
    expect([expected.value, actual.value]).toEqual([`TOKEN=${MASK}`, 'TOKEN=<masked, another value>']);
  });

  test('they are kept when that is asked for', () => {
    expect(presentable(violation, { showSecrets: true }).actual.value).toBe('TOKEN=abd');
  });

  test('long texts and lists are bounded, and say so', () => {
    const value = ['x'.repeat(7_000_000), ...Array.from({ length: 2000 }, () => 'y')];
    const told = presentable({ ...violation, actual: { value, from: '' } });
    const text = JSON.stringify(told);
    expect(text.length).toBeLessThan(30_000);
    expect(text).toContain('characters)');
    expect(text).toContain('(2001 items)');
    expect(told.where.member).toContain('(100000 characters)');
  });
});
