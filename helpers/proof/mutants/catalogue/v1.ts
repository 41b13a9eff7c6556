import { changeMember, dropMembers, edit, set } from '../change.ts';
import type { MutantsOf } from '../define.ts';
import type { Draft } from '../draft.ts';
import { getAt, listAt, memberAt, objectAt, removeAt, setAt, without } from '../edit.ts';
import type { TarItem } from '../tar-writer.ts';

type Ids =
  | `v1.${'files' | 'version' | 'json' | 'id' | 'parent' | 'chain' | 'chain-id' | 'manifest-json' | 'parents-present' | 'acyclic'}`
  | `repositories.${'form' | 'tags' | 'top-layer'}`;

export const V1_MUTANTS: MutantsOf<Ids> = {
  'v1.files': [
    {
      name: 'the folders have no VERSION',
      form: 'podman',
      apply: dropMembers(/\/VERSION$/),
    },
    {
      name: 'the folders have no json',
      form: 'podman',
      apply: dropMembers(/\/json$/),
    },
  ],
  'v1.version': [
    {
      name: 'VERSION is 2.0',
      form: 'legacy',
      apply: changeMember(/\/VERSION$/, { content: '2.0' }),
    },
  ],
  'v1.json': [
    {
      name: 'repositories ends in its midst',
      form: 'hybrid',
      apply: changeMember(/^repositories$/, { content: '{"example/golden":{"1":' }),
    },
    {
      name: 'a json begins with a byte order mark',
      form: 'podman',
      apply: changeMember(/\/json$/, ({ content }) => ({ content: `\ufeff${String(content)}` })),
    },
  ],
  'v1.id': [
    {
      name: 'the json of the top layer has another id',
      form: 'podman',
      apply: editV1(1, '/id', 'f'.repeat(64)),
    },
    {
      name: 'the json of a folder is a list',
      form: 'podman',
      apply: changeMember(/\/json$/, { content: '[]' }),
    },
  ],
  'v1.parent': [
    {
      name: 'the parent of the top layer is no folder',
      form: 'podman',
      apply: editV1(1, '/parent', 'e'.repeat(64)),
    },
    {
      name: 'a layer is its own parent',
      form: 'podman',
      apply: edit('v1', (json, layer) => {
        if (layer === 1) setAt(json, '/parent', getAt(json, '/id'));
      }),
    },
  ],
  'v1.manifest-json': [
    { name: 'the archive is of the v1 format alone', form: 'legacy', apply: withoutManifestJson },
  ],
  'v1.parents-present': [
    {
      name: 'the layer below is missing, in an archive of the v1 format alone',
      form: 'legacy',
      company: ['v1.manifest-json', 'v1.parent'],
      apply: (draft) => {
        editV1(1, '/parent', 'e'.repeat(64))(draft);
        withoutManifestJson(draft);
      },
    },
  ],
  'v1.acyclic': [
    {
      name: 'the parents of two layers lead to each other',
      form: 'legacy',
      company: ['v1.manifest-json'],
      apply: (draft) => {
        const ids: string[] = [];
        draft.edit.v1 = (json) => void ids.push(String(json['id']));
        withoutManifestJson(draft, (members) => {
          const json = memberAt(members, new RegExp(`^${ids[0]}/json$`));
          json.content = String(json.content).replace('{', `{"parent":"${ids[1]}",`);
        });
      },
    },
    {
      name: 'a layer is its own parent, in an archive of the v1 format alone',
      form: 'legacy',
      company: ['v1.manifest-json', 'v1.parent'],
      apply: (draft) => {
        draft.edit.v1 = (json, layer) => {
          if (layer === 0) setAt(json, '/parent', getAt(json, '/id'));
        };
        withoutManifestJson(draft);
      },
    },
  ],
  'v1.chain': [
    {
      name: 'manifest.json lists the layers in another order than their parents',
      form: 'legacy',
      // Another order of layers is also another order than that of the diffIDs, and puts another layer on top.
      company: ['config.diff-id', 'repositories.top-layer'],
      apply: edit('manifestJson', (list) => {
        listAt(list, '/0/Layers').reverse();
      }),
    },
    {
      name: 'the top layer has no parent',
      form: 'legacy',
      apply: edit('v1', (json, layer) => {
        if (layer === 1) removeAt(json, '/parent');
      }),
    },
  ],
  'v1.chain-id': [
    {
      name: 'the json of the top layer was changed after its ID was made',
      form: 'legacy',
      apply: editV1(1, '/architecture', 'arm64'),
    },
  ],
  'repositories.form': [
    {
      name: 'a tag leads to a short ID',
      form: 'hybrid',
      company: ['repositories.top-layer'],
      apply: editRepositories({ 'example/golden': { '1': 'abc' } }),
    },
    {
      name: 'a repository leads to an ID without a tag',
      form: 'podman',
      company: ['repositories.tags'],
      apply: editRepositories({ 'localhost/example/golden': 'a'.repeat(64) }),
    },
  ],
  'repositories.tags': [
    {
      name: 'repositories has a tag that manifest.json does not have',
      form: 'hybrid',
      apply: set(
        'repositories',
        '/example~1golden/2',
        (value) => objectAt(value, '/example~1golden')['1'] ?? '',
      ),
    },
    { name: 'repositories names nothing', form: 'podman', apply: editRepositories({}) },
  ],
  'repositories.top-layer': [
    {
      name: 'a tag of Docker 25 to 29 leads to no diffID',
      form: 'hybrid',
      apply: editRepositories({ 'example/golden': { '1': 'd'.repeat(64) } }),
    },
    {
      name: 'a tag of podman leads to the bottom layer',
      form: 'podman',
      apply(draft) {
        let bottom = '';
        draft.edit.v1 = (json, layer) => {
          if (layer === 0) bottom = String(json['id']);
        };
        draft.edit.repositories = (value) => setAt(value, '/localhost~1example~1golden/1', bottom);
      },
    },
  ],
};

/** As before Docker 1.10: no manifest.json, and no config but the json of the top layer. */
function withoutManifestJson(draft: Draft, edit: (members: TarItem[]) => void = () => {}): void {
  draft.members = (members) => {
    edit(members);
    return without(/^(?:manifest|[0-9a-f]{64})\.json$/)(members);
  };
}

function editV1(layer: number, pointer: string, value: string) {
  return (draft: Draft) => {
    draft.edit.v1 = (json, position) => {
      if (position === layer) setAt(json, pointer, value);
    };
  };
}

function editRepositories(content: Record<string, string | Record<string, string>>) {
  return (draft: Draft) => {
    draft.edit.repositories = (value) => {
      for (const key of Object.keys(value)) delete value[key];
      Object.assign(value, content);
    };
  };
}
