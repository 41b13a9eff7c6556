import { describe, expect, test } from 'vitest';
import { checkExpectation } from '../../../../helpers/requirements/expectation/check.ts';
import schema from '../../../../helpers/requirements/expectation/expectation.schema.json' with {
  type: 'json',
};
import { EXPECTATION_REQUIREMENTS } from '../../../../helpers/requirements/expectation/requirements.ts';
import {
  ImageChoiceError,
  isSameName,
  selectImages,
} from '../../../../helpers/requirements/expectation/select.ts';
import { archiveOf, type ImageOf } from './subject.ts';

test.each([
  ['hello', 'hello:latest', true],
  ['hello', 'docker.io/library/hello:latest', true],
  ['hello:latest', 'hello', true],
  ['docker.io/library/hello:latest', 'hello', true],
  ['hello', 'localhost/hello:latest', true],
  ['docker.io/library/hello', 'localhost/hello:latest', false],
  ['localhost/hello', 'hello', false],
  ['hello', 'hello:1', false],
  ['hello:1', 'hello:2', false],
  ['hello', 'other/hello:latest', false],
  ['a.example:5000/hello', 'a.example:5000/hello:latest', true],
  ['a.example:5000/hello', 'a.example/hello:latest', false],
  ['hello', 'hello@sha256:abc', true],
  ['', 'hello:latest', false],
])('%j means %j: %s', (wanted, name, same) => {
  expect(isSameName(wanted, name)).toBe(same);
});

function image(name: string, architecture: string): ImageOf {
  return { names: [name], layers: [], config: { os: 'linux', architecture } };
}

describe('the image of an archive', () => {
  const several = archiveOf(image('a:1', 'amd64'), image('b:1', 'amd64'));
  const platforms = archiveOf(image('a:1', 'amd64'), image('a:1', 'arm64'));

  test('is chosen by name and by platform', () => {
    expect(selectImages(several, { image: 'b:1' }).map(({ position }) => position)).toEqual([1]);
    expect(selectImages(platforms, { platform: 'linux/arm64' }).map(({ position }) => position)).toEqual([1]);
    expect(selectImages(platforms, { platform: 'linux' })).toHaveLength(2);
    expect(selectImages(platforms, { platform: 'linux/arm' })).toEqual([]);
  });

  test('must be chosen where there are different ones', () => {
    expect(() => checkExpectation(several, { tags: ['a:1'] })).toThrow(ImageChoiceError);
    expect(() => checkExpectation(several, { tags: ['a:1'] }, { image: 'c' })).toThrow(
      'no image in test.tar matches c; it holds a:1 (linux/amd64), b:1 (linux/amd64)',
    );
  });

  test('is not torn in two by damage on one view', () => {
    const archive = archiveOf(image('a:1', 'amd64'));
    const damaged = archive.dockerImages.map(({ config: _, ...rest }) => ({
      ...rest,
      view: 'index.json' as const,
    }));
    expect(selectImages({ ...archive, ociImages: damaged })).toEqual(archive.dockerImages);
    expect(selectImages({ ...archive, dockerImages: [], ociImages: damaged })).toEqual(damaged);
  });

  test('for several platforms is judged on each', () => {
    const [status] = checkExpectation(platforms, { history: { count: 1 } })
      .filter(({ id }) => id === 'expectation.history')
      .map((outcome) => [outcome.status, outcome.findings.map(({ where }) => where.image)]);
    expect(status).toEqual(['fail', ['manifest.json#0', 'manifest.json#1']]);
  });

  test('is the one of the stated platform where there is one', () => {
    const outcomes = checkExpectation(platforms, { platform: { architecture: 'arm64' } });
    expect(outcomes.find(({ id }) => id === 'expectation.platform')?.status).toBe('pass');
  });
});

test('requirements quote the schema of expectation files', () => {
  const descriptions = JSON.stringify(schema);
  const own = EXPECTATION_REQUIREMENTS.filter(({ source }) => source.document === 'expectation');
  for (const { source } of own) {
    expect(descriptions).toContain(JSON.stringify(source.quote).slice(1, -1));
    if (source.section !== '') expect(Object.keys(schema.properties)).toContain(source.section);
  }
});
