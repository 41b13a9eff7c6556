import { expect, test } from 'vitest';
import { askedImage, type CompilerHost, chooseCompiler } from '../../../helpers/engines/compiler.ts';

const HOST: CompilerHost = {
  system: 'linux',
  architecture: 'x64',
  environment: {},
  hasCompiler: async () => true,
};

function choose(host: Partial<CompilerHost>, platform = 'linux/amd64', dockerHost = 'unix:///x') {
  const handle = { stack: { engine: 'Docker Engine', version: '28.0', platform }, dockerHost };
  return chooseCompiler(handle, { ...HOST, ...host });
}

test('A host with gcc and a static C library compiles for an engine of its own architecture', async () => {
  expect(await choose({})).toBeUndefined();
  expect(await choose({ architecture: 'arm64' }, 'linux/arm64/v8')).toBeUndefined();
});

test.for([
  [{ hasCompiler: async () => false }, 'linux/amd64', 'this host has no gcc with a static C library'],
  [{ system: 'darwin', architecture: 'arm64' }, 'linux/arm64', 'this host is macOS'],
  [{ system: 'win32' }, 'linux/amd64', 'this host is Windows'],
  [{ system: 'freebsd' }, 'linux/amd64', 'this host is freebsd'],
  [{}, 'linux/arm64', 'the engine is for arm64, this host for amd64'],
  [{ architecture: 'ppc64' }, 'linux/amd64', 'the engine is for amd64, this host for ppc64le'],
] as const)('%j and an engine for %s: an image, because %s', async ([host, platform, why]) => {
  expect(await choose(host, platform)).toEqual({ reference: 'gcc:14', why });
});

test('CC names the compiler on any host; SCRATCH_COMPILER names an image on any host', async () => {
  const environment = { CC: 'zig cc -target x86_64-linux-musl' };
  expect(await choose({ system: 'darwin', environment })).toBeUndefined();
  const asked = { ...environment, SCRATCH_COMPILER: 'image:registry.example/cc:14@sha256:0a' };
  expect(await choose({ environment: asked })).toEqual({
    reference: 'registry.example/cc:14@sha256:0a',
    why: 'SCRATCH_COMPILER asks for it',
  });
});

test('Without a daemon there is no container to compile in', async () => {
  expect(
    await chooseCompiler({ stack: { engine: 'buildah', version: '1' } }, { ...HOST, system: 'darwin' }),
  ).toBeUndefined();
});

test.for(['gcc:14', 'image:', 'image:-v', 'image:a b', 'host'])(
  'SCRATCH_COMPILER=%s is refused in one sentence',
  (text) => {
    expect(() => askedImage({ SCRATCH_COMPILER: text })).toThrow(
      /^SCRATCH_COMPILER is ".*", which names no image; write image:NAME, for example image:gcc:14, or set CC/,
    );
  },
);

test('An empty SCRATCH_COMPILER asks for nothing', () => {
  expect(askedImage({ SCRATCH_COMPILER: '' })).toBeUndefined();
});
