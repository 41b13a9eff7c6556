import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArchiveBytes } from '../../archive/read-archive.ts';
import { projectFolder } from '../../common/project-files.ts';
import { CORRECT_FORMS } from '../../consumers/predict.ts';
import { MUTANTS } from '../mutants/archive-mutants.ts';
import { CORPUS } from '../mutants/corpus.ts';
import { buildMutant } from '../mutants/define.ts';
import { type Draft, FORMS, type Form } from '../mutants/draft.ts';
import { TOLERANCES } from '../mutants/tolerances.ts';

const SUBJECT_KINDS = ['golden', 'mutant', 'corpus', 'tolerance', 'case', 'archive'] as const;
export type ReceptionSubjectKind = (typeof SUBJECT_KINDS)[number];

/** One archive that every consumer is handed. */
export interface ReceptionSubject {
  /** `<kind>/...`; lower-case letters, digits and `-` from its own name. */
  readonly id: string;
  readonly kind: ReceptionSubjectKind;
  /** What is wrong with it or unusual about it, as a statement. */
  readonly title: string;
  /** Id of the same archive without that; a reception says something only beside the one of its control. */
  readonly control?: string;
  /** Requirement that the archive breaks, where it is a mutant or a corpus row. */
  readonly requirement?: string;
  /** Others that it cannot but break too. */
  readonly company?: readonly string[];
  /** Whether what was taken is also run: it holds a program. */
  readonly run: boolean;
  readonly bytes: () => Promise<Uint8Array>;
}

/** Every archive of the project, in a fixed order. Ids are unique. */
export async function listSubjects(): Promise<readonly ReceptionSubject[]> {
  const all = [
    ...FORMS.map(golden),
    ...mutants(),
    ...corpus(),
    ...tolerances(),
    ...(await cases()),
    ...(await recorded()),
  ];
  const seen = new Map<string, number>();
  return all.map((subject) => {
    const count = (seen.get(subject.id) ?? 0) + 1;
    seen.set(subject.id, count);
    return count === 1 ? subject : { ...subject, id: `${subject.id}-${count}` };
  });
}

function built(form: Form, apply: (draft: Draft) => void): ReceptionSubject['bytes'] {
  return () => Promise.resolve(buildMutant({ form, apply }));
}

function golden(form: Form): ReceptionSubject {
  return {
    id: `golden/${form}`,
    kind: 'golden',
    title: `a correct archive of the form ${form}`,
    run: false,
    bytes: built(form, () => {}),
  };
}

function mutants(): readonly ReceptionSubject[] {
  return Object.entries(MUTANTS).flatMap(([requirement, list]) =>
    list.map(({ name, form, apply, company }) => ({
      id: `mutant/${requirement}/${slug(name)}`,
      kind: 'mutant' as const,
      title: name,
      control: `golden/${form}`,
      requirement,
      ...(company === undefined ? {} : { company }),
      run: false,
      bytes: built(form, apply),
    })),
  );
}

function corpus(): readonly ReceptionSubject[] {
  return Object.entries(CORPUS).flatMap(([row, { symptom, replays }]) =>
    replays.flatMap((replay, position): ReceptionSubject[] => {
      const id = `corpus/${row.toLowerCase()}${position === 0 ? '' : `-${position + 1}`}`;
      const common = { kind: 'corpus', title: symptom, run: false } as const;
      const given = 'given' in replay ? replay.given : undefined;
      const apply = (draft: Draft) => {
        given?.(draft);
        replay.apply(draft);
      };
      const requirement = replay.by === 'requirement' ? { requirement: replay.requirement } : {};
      const control = given ? `${id}/control` : `golden/${replay.form}`;
      const own = { ...common, ...requirement, id, control, bytes: built(replay.form, apply) };
      if (!given) return [own];
      return [
        { ...common, id: control, control: `golden/${replay.form}`, bytes: built(replay.form, given) },
        own,
      ];
    }),
  );
}

function tolerances(): readonly ReceptionSubject[] {
  return TOLERANCES.map(({ name, form, apply }) => ({
    id: `tolerance/${slug(name)}`,
    kind: 'tolerance',
    title: name,
    control: `golden/${form}`,
    run: false,
    bytes: built(form, apply),
  }));
}

/** Cases about what happens when the image is run; running all of them would cost more than everything else. */
const RUN: ReadonlySet<string> = new Set([
  'arm64-image-amd64-program',
  'dynamic-program-no-interpreter',
  'entrypoint-string',
  'expectation-catches-wrong-arch',
  'folder-without-x-expectation',
  'hardlink-no-parent-entry',
  'healthcheck-form',
  'ko-absolute-path',
  'port-out-of-range',
  'program-not-in-image',
  'symlink-replaces-folder',
  'user-name-without-passwd',
  'windows-working-dir-legal',
]);

/** Public bug reports as archives: `fixtures/cases`. */
async function cases(): Promise<readonly ReceptionSubject[]> {
  const root = projectFolder('fixtures/cases');
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const names = folders.map(({ name }) => name).sort();
  const subjects = await Promise.all(
    names.map(async (name): Promise<readonly ReceptionSubject[]> => {
      const { symptom } = JSON.parse(await readFile(join(root, name, 'case.json'), 'utf8')) as {
        symptom: string;
      };
      const common = { kind: 'case', run: RUN.has(name) } as const;
      const id = `case/${name}`;
      const files = { own: join(root, name, 'archive.tar'), sound: join(root, name, 'control.tar') };
      const own = { ...common, id, title: symptom, bytes: () => readFile(files.own) };
      if (!existsSync(files.sound)) return [{ ...own, control: await correctFormOf(files.own) }];
      const sound = {
        ...common,
        id: `${id}/control`,
        title: 'the same without the symptom',
        control: await correctFormOf(files.sound),
        bytes: () => readFile(files.sound),
      };
      return [sound, { ...own, control: sound.id }];
    }),
  );
  return subjects.flat();
}

/** The correct archive of the form that a file has, told by the documents that lead to its images. */
async function correctFormOf(file: string): Promise<string> {
  const { documents } = await readArchiveBytes(await readFile(file));
  if (documents['index.json'] === undefined) return 'golden/crane';
  return documents['manifest.json'] === undefined ? 'golden/oci' : 'golden/hybrid';
}

/** The profile of a recorded archive comes out of a file. */
const FORMS_BY_PROFILE: Readonly<Record<string, Form>> = CORRECT_FORMS;

interface Provenance {
  readonly archives: readonly { readonly file: string; readonly profile: string }[];
}

/** Archives that real producers wrote: `fixtures/archives`. */
async function recorded(): Promise<readonly ReceptionSubject[]> {
  const root = projectFolder('fixtures/archives');
  const folders = (await readdir(root)).filter((name) => existsSync(join(root, name, 'provenance.json')));
  const subjects = await Promise.all(
    folders.sort().map(async (folder): Promise<readonly ReceptionSubject[]> => {
      const { archives } = JSON.parse(
        await readFile(join(root, folder, 'provenance.json'), 'utf8'),
      ) as Provenance;
      const sorted = [...archives].sort((one, other) => (one.file < other.file ? -1 : 1));
      return sorted.map(({ file, profile }) => {
        const form = FORMS_BY_PROFILE[profile];
        return {
          id: `archive/${folder}/${file}`,
          kind: 'archive',
          title: `${file}, as ${folder} wrote it`,
          ...(form === undefined ? {} : { control: `golden/${form}` }),
          run: /(?:^|-)hello/.test(file),
          bytes: () => readFile(join(root, folder, file)),
        };
      });
    }),
  );
  return subjects.flat();
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
