import type { Archive, Image, LayerReference } from '../../../helpers/archive/model.ts';
import type { CommandResult, Repeated, Run, RunForm, StepName } from '../../../helpers/engines/answers.ts';
import type { FlowEvidence, ShellLineId } from '../../../helpers/requirements/procedure/evidence.ts';
import type { ProcedureId } from '../../../helpers/runner/steps.ts';
import { GOLDEN, sampleEntry, sampleLayer, sampleSave, sampleShell } from './golden.ts';

/** Evidence with one deliberate defect. The types demand one for each requirement. */
export interface FlowMutant<Evidence> {
  /** What is wrong, in words. */
  readonly defect: string;
  readonly evidence: Evidence;
  /** Other requirements that cannot but notice it too. */
  readonly company?: readonly string[];
}

export type FlowMutants = {
  readonly [Step in StepName]: { readonly [Id in ProcedureId<Step>]: FlowMutant<FlowEvidence[Step]> };
};

const { compile, builders, build, run, save, shell, load } = GOLDEN;
const loaded = load.run ?? run.runs[0];
if (loaded === undefined) throw new Error('The flawless evidence has no run.');

/** A given image of which the expectation says nothing about its run. */
const NOTHING_STATED = {
  ...GOLDEN.run.expectedImage,
  ...{ output: null, errors: null, exitCode: null, isGiven: true },
};

const binary = (change: Partial<typeof compile.binary>) => ({
  ...compile,
  binary: { ...compile.binary, ...change },
});
const image = (change: Partial<typeof build.image>) => {
  const changed = { ...build.image, ...change };
  return { ...build, image: changed, again: changed };
};
const runs = (form: RunForm, change: Partial<Repeated<Run>>) => ({
  ...run,
  runs: run.runs.map((one) => (one.form === form ? { ...one, ...change } : one)),
});
/** The first of four runs loses its output. */
const silentOnce = <Result extends CommandResult>(one: Result): Repeated<Result> => ({
  ...one,
  stdout: '',
  again: [one, one, one],
});
const line = (evidence: typeof shell, id: ShellLineId, change: Partial<Repeated<CommandResult>>) => {
  const known = evidence.lines[id];
  return { ...evidence, lines: { ...evidence.lines, ...(known && { [id]: { ...known, ...change } }) } };
};

const change = (evidence: typeof save, edit: (image: Image) => Image): typeof save => {
  const { archive } = evidence;
  return { ...evidence, archive: { ...archive, dockerImages: archive.dockerImages.map(edit) } };
};
const layers = (edit: (layers: readonly LayerReference[]) => readonly LayerReference[]) =>
  change(save, (one) => ({ ...one, layers: edit(one.layers) }));
/** Another content for one layer; the engine reports the same diffIDs, so only the content differs. */
const content = (position: number, files: readonly (readonly [string, string])[]) =>
  layers((all) =>
    all.map((one) => {
      if (one.position !== position || one.layer === undefined) return one;
      return { ...one, layer: { ...sampleLayer(one.member, files), diffId: one.layer.diffId } };
    }),
  );
const without = (evidence: typeof save, pattern: RegExp): typeof save => {
  const { archive } = evidence;
  const members = archive.members.filter(({ path }) => !pattern.test(path));
  return { ...evidence, archive: { ...archive, members } as Archive };
};
const legacy = sampleSave('docker-graphdriver-legacy');
const swap = <T>([first, second, third, fourth]: readonly T[]) => [first, second, fourth, third] as T[];

export const FLOW_MUTANTS: FlowMutants = {
  compile: {
    'compile.executable': { defect: 'an object file', evidence: binary({ type: 'relocatable' }) },
    'compile.architecture': {
      defect: 'built for another machine',
      evidence: binary({ architecture: 'arm64' }),
    },
    'compile.no-interpreter': {
      defect: 'a dynamic loader',
      evidence: binary({ interpreter: '/lib64/ld.so' }),
    },
    'compile.no-needed-library': { defect: 'a shared library', evidence: binary({ needed: ['libc.so.6'] }) },
  },
  builders: {
    'builders.default-listed': { defect: 'no current builder', evidence: { ...builders, current: '' } },
    'builders.default-running': { defect: 'a stopped builder', evidence: { ...builders, status: 'stopped' } },
    'builders.driver': { defect: 'no driver', evidence: { ...builders, driver: '' } },
    'builders.own-platform': {
      defect: 'other platforms only',
      evidence: { ...builders, platforms: ['linux/arm64'] },
    },
  },
  reproduce: {
    'reproduce.same-image': {
      defect: 'a folder that is as old as its build',
      evidence: {
        ...GOLDEN.reproduce,
        differences: [{ layer: 1, path: 'srv', field: 'time', first: 1, second: 2 }],
      },
    },
  },
  context: {
    'context.builds': {
      defect: 'a builder that refuses what another one builds',
      evidence: { ...GOLDEN.context, refusal: 'unknown flag: link', builtBy: ['classic-api'] },
    },
  },
  build: {
    'build.four-layers': {
      defect: 'a layer too many',
      evidence: image({ diffIds: [...build.image.diffIds, 'sha256:5'] }),
    },
    'build.distinct-layers': {
      defect: 'the upper text twice',
      evidence: image({ diffIds: build.image.diffIds.with(2, build.image.diffIds[3] ?? '') }),
    },
    'build.no-parent': {
      defect: 'built on another image',
      evidence: {
        ...build,
        ancestors: [{ id: 'sha256:base', tags: ['base:1'], diffIds: build.image.diffIds.slice(0, 1) }],
      },
    },
    'build.starts-with-copy': {
      defect: 'a base below',
      evidence: { ...build, history: ['ADD rootfs', ...build.history] },
    },
    'build.cmd': { defect: 'no command', evidence: image({ cmd: null }) },
    'build.no-entrypoint': { defect: 'an entrypoint', evidence: image({ entrypoint: ['/bin/sh', '-c'] }) },
    'build.platform': { defect: 'another platform', evidence: image({ architecture: 'arm64' }) },
    'build.no-labels': {
      defect: 'a label of the builder',
      evidence: image({ labels: { 'org.builder': '1' } }),
    },
    'build.tag': { defect: 'an image without its name', evidence: image({ tags: [] }) },
    'build.cached-again': { defect: 'a COPY executed again', evidence: { ...build, cachedSteps: 3 } },
    'build.same-image-again': {
      defect: 'another image from the same input',
      evidence: { ...build, again: { ...build.again, id: 'sha256:2' } },
    },
  },
  run: {
    'run.starts': {
      defect: 'a command that is not in the image',
      evidence: {
        ...runs('api', { exitCode: 127, notStarted: 'exec: "/hello": no such file or directory' }),
        expectedImage: NOTHING_STATED,
      },
    },
    'run.exit-code': { defect: 'exit code 1', evidence: runs('api', { exitCode: 1 }) },
    'run.output': { defect: 'the line feed is lost', evidence: runs('cli', { stdout: 'Hello, world!' }) },
    'run.output-heard': {
      defect: 'one silent run of four',
      evidence: { ...run, runs: run.runs.map(silentOnce) },
    },
    'run.no-stderr': {
      defect: 'a warning of the engine',
      evidence: runs('cli', { stderr: 'WARNING: platform\n' }),
    },
    'run.crlf-under-tty': { defect: 'no terminal', evidence: runs('cli-tty', { stdout: 'Hello, world!\n' }) },
    'run.container-gone': { defect: 'the container stays', evidence: runs('api-tty', { gone: false }) },
    'run.structure-commands': {
      defect: 'a command that prints something else',
      evidence: {
        ...run,
        commandTests: run.runs
          .slice(0, 1)
          .map((one) => ({ test: { name: 'greets', command: '/hello', expectedOutput: ['Bye'] }, run: one })),
      },
    },
  },
  save: {
    'save.succeeds': {
      defect: 'a warning while saving',
      evidence: { ...save, command: { ...save.command, stderr: 'warning\n' } },
    },
    'save.one-image': {
      defect: 'a second image',
      evidence: {
        ...save,
        archive: {
          ...save.archive,
          dockerImages: [...save.archive.dockerImages, ...save.archive.dockerImages],
        },
      },
    },
    'save.tag': { defect: 'no name', evidence: change(save, (one) => ({ ...one, names: [] })) },
    'save.layers-in-order': {
      defect: 'the engine reports the upper two layers the other way round',
      evidence: { ...save, diffIds: swap(save.diffIds) },
    },
    'save.one-file-per-layer': {
      defect: 'a second file in a layer, hidden by the next',
      evidence: content(2, [
        ['final.txt', 'a\n'],
        ['hello', '\x7fELF'],
      ]),
    },
    'save.layer-texts': {
      defect: 'the lower text is another one',
      evidence: content(2, [['final.txt', 'c\n']]),
    },
    'save.root-files': {
      defect: 'a expectedImage file is in no layer',
      evidence: {
        ...save,
        expectedImage: {
          ...save.expectedImage,
          root: [...save.expectedImage.root, { path: 'z', content: null }],
        },
      },
    },
    'save.root-texts': {
      defect: 'the root is expected to hold another text than the upper layer',
      evidence: {
        ...save,
        expectedImage: {
          ...save.expectedImage,
          root: save.expectedImage.root.map((file) => ({ ...file, content: file.content && 'c\n' })),
        },
      },
    },
    'tree.generation': {
      defect: 'a tree that nobody knows',
      evidence: { ...save, archive: { ...save.archive, fingerprint: { profile: 'unknown', signs: [] } } },
    },
    'tree.manifest': { defect: 'no manifest.json', evidence: without(save, /^manifest\.json$/) },
    'tree.config': { defect: 'no config', evidence: without(legacy, /^[0-9a-f]{64}\.json$/) },
    'tree.layer-folders': { defect: 'a folder without VERSION', evidence: without(legacy, /VERSION$/) },
    'tree.repositories': { defect: 'no repositories', evidence: without(save, /^repositories$/) },
    'tree.layout-files': { defect: 'no oci-layout', evidence: without(save, /^oci-layout$/) },
    'tree.layer-blobs': {
      defect: 'a layer outside blobs/sha256',
      evidence: {
        ...layers((all) => all.map((one) => (one.position === 0 ? { ...one, member: 'layer0.tar' } : one))),
        archive: {
          ...layers((all) => all.map((one) => (one.position === 0 ? { ...one, member: 'layer0.tar' } : one)))
            .archive,
          members: [...save.archive.members, sampleEntry('layer0.tar')],
        },
      },
    },
  },
  shell: {
    'shell.build': { defect: 'the build fails', evidence: line(shell, 'build', { exitCode: 1 }) },
    'shell.run': { defect: 'no terminal', evidence: line(shell, 'run', { stdout: 'Hello, world!\n' }) },
    'shell.output-heard': {
      defect: 'one silent run of four',
      evidence: {
        ...shell,
        lines: { ...shell.lines, ...(shell.lines.run && { run: silentOnce(shell.lines.run) }) },
      },
    },
    'shell.save': {
      defect: 'tar cannot read the archive',
      evidence: line(shell, 'extract', { exitCode: 2 }),
    },
    'shell.jq-layers': {
      defect: 'jq names a path that is not there',
      evidence: {
        ...shell,
        files: shell.files.filter((file) => file !== shell.lines.jq?.stdout.split('\n')[0]),
      },
    },
    'shell.loop': {
      defect: 'the loop fails',
      evidence: line(sampleShell('legacy'), 'loop', { exitCode: 2 }),
    },
    'shell.loop-today': {
      defect: 'a layer is not unpacked',
      evidence: { ...shell, files: shell.files.filter((file) => !file.endsWith('/README.md')) },
    },
    'shell.cat': {
      defect: 'the texts are swapped',
      evidence: line(sampleShell('legacy'), 'cat-lower', { stdout: 'b\n' }),
    },
    'shell.cat-today': {
      defect: 'the upper text is lost',
      evidence: line(shell, 'cat-upper-today', { stdout: '' }),
    },
  },
  load: {
    'load.succeeds': {
      defect: 'a warning',
      evidence: { ...load, load: { ...load.load, stderr: 'warning\n' } },
    },
    'load.tag': { defect: 'no name', evidence: { ...load, after: { ...load.after, tags: [] } } },
    'load.same-diff-ids': {
      defect: 'two layers swapped',
      evidence: { ...load, after: { ...load.after, diffIds: swap(load.after.diffIds) } },
    },
    'load.same-config': {
      defect: 'the command is lost',
      evidence: { ...load, after: { ...load.after, cmd: null } },
    },
    'load.same-id': { defect: 'another ID', evidence: { ...load, after: { ...load.after, id: 'sha256:2' } } },
    'load.output-heard': {
      defect: 'one silent run of four',
      evidence: { ...load, run: silentOnce(loaded) },
    },
    'load.same-output': { defect: 'no output', evidence: { ...load, run: { ...loaded, stdout: '' } } },
  },
};
