import { expect, test } from 'vitest';
import table from '../../../fixtures/across/builder-features.json' with { type: 'json' };
import { rangeProblem } from '../../../helpers/common/version-range.ts';
import { productOf, whyNotBuilt } from '../../../helpers/engines/builders/builder-features.ts';
import { readInstructions } from '../../../helpers/engines/builders/dockerfile.ts';
import type { BuilderName, EngineHandle } from '../../../helpers/engines/engine-model.ts';

type Stack = EngineHandle['stack'];

const docker = (version: string, more: Partial<Stack> = {}) =>
  ({ family: 'docker', stack: { engine: 'Docker Engine', version, client: version, ...more } }) as const;
const buildx = { buildx: '0.13.1', driver: 'docker' };
const podman = (buildah?: string) =>
  ({ family: 'podman', stack: { engine: 'Podman', version: '5.4.2', ...(buildah && { buildah }) } }) as const;

test.for<[string, Pick<EngineHandle, 'family' | 'stack'>, BuilderName, string]>([
  ['docker build before 23', docker('20.10.24', buildx), 'docker-build', 'classic'],
  ['docker build without buildx', docker('26.1.5'), 'docker-build', 'classic'],
  ['docker build with buildx', docker('26.1.5', buildx), 'docker-build', 'docker'],
  ['the API with version=2', docker('20.10.24'), 'buildkit-api', 'docker'],
  ['the API with version=1', docker('26.1.5', buildx), 'classic-api', 'classic'],
  ['testcontainers', docker('26.1.5', buildx), 'testcontainers', 'classic'],
  [
    'a BuildKit of its own',
    docker('26.1.5', { ...buildx, driver: 'docker-container' }),
    'buildx',
    'buildkit',
  ],
  ['the API of podman', podman('1.39.3'), 'classic-api', 'buildah'],
])('%s', ([, engine, builder, product]) => {
  expect(productOf(engine, builder).name).toBe(product);
});

const classic = productOf(docker('26.1.5'), 'classic-api');
const inside = (version: string) => productOf(docker(version, buildx), 'buildx');

test.for([
  ['COPY --chmod=0640 a /', 'COPY --chmod'],
  ['add --chmod=0640 a /', 'COPY --chmod'],
  ['COPY --chown=1:1 --chmod=0640 a /', 'COPY --chmod'],
  ['COPY \\\n  --chown=1:1 \\\n# why\n  --chmod=0640 a /', 'COPY --chmod'],
  ['COPY <<EOF /text\nhello\nEOF', 'heredoc'],
  ['RUN --mount=type=cache,target=/c ["/a"]', 'RUN --mount'],
  ['FROM --platform=$BUILDPLATFORM scratch', 'FROM --platform=$BUILDPLATFORM'],
])('the classic builder lacks what %j asks for', ([line, feature]) => {
  expect(whyNotBuilt(`FROM scratch\n${line}\n`, classic)).toContain(
    `${feature} in line 2 of the Dockerfile: `,
  );
});

test.for([
  'COPY a /',
  'COPY --chown=1:1 --from=0 a /',
  'COPY --link a /',
  '# COPY --chmod=0640 a /',
  'LABEL text="COPY --chmod=0640"',
  'LABEL text="<<EOF"',
  'RUN ["/a", "--mount"]',
  'FROM --platform=linux/arm64 scratch',
  'ONBUILD COPY --chmod=0640 a /',
])('the classic builder lacks nothing for %j', (line) => {
  expect(whyNotBuilt(`FROM scratch\n${line}\n`, classic)).toBeUndefined();
});

test('a Dockerfile may name its own sign for a line that goes on', () => {
  expect(whyNotBuilt('# escape=`\nFROM scratch\nCOPY `\n --chmod=0640 C:\\ /\n', classic)).toMatch(
    /in line 3/,
  );
});

test('what a heredoc holds is no instruction', () => {
  const text =
    'FROM scratch\nCOPY <<-"ONE" <<TWO /\nCOPY --parents a /\n\tONE\nCOPY --parents b /\nTWO\nUSER 1\n';
  expect(readInstructions(text).map(({ name, line }) => [name, line])).toEqual([
    ['FROM', 1],
    ['COPY', 2],
    ['USER', 7],
  ]);
  expect(whyNotBuilt(text, inside('26.1.5'))).toBeUndefined();
});

test('a feature begins with a version; a version that nobody tells is not known to lack it', () => {
  const exclude = 'FROM scratch\nCOPY --exclude=*.log . /\n';
  expect(whyNotBuilt(exclude, inside('28.4.0'))).toMatch(
    /so the BuildKit of Docker Engine 28.4.0 does not have it/,
  );
  expect(whyNotBuilt(exclude, inside('28.5.2+dfsg4'))).toBeUndefined();
  expect(whyNotBuilt(exclude, productOf(podman('1.28.2'), 'buildah'))).toMatch(/so buildah 1.28.2/);
  expect(whyNotBuilt(exclude, productOf(podman(), 'classic-api'))).toBeUndefined();
});

test('every range of the table can be read, and every feature says where that is written', () => {
  for (const { name, builders, link, flag, pattern, instructions } of table.features as readonly {
    readonly [key: string]: unknown;
  }[]) {
    for (const range of Object.values(builders as object))
      expect(rangeProblem(range), String(name)).toBeUndefined();
    expect(link).toMatch(/^https:\/\//);
    expect([flag ?? '', pattern ?? '', instructions]).not.toEqual(['', '', []]);
  }
});
