import { changeMember, edit, push, remove, rewrite, set } from '../change.ts';
import type { MutantsOf } from '../define.ts';
import { getAt, listAt, pushAt } from '../edit.ts';

type Ids =
  | `config.${'object' | 'platform' | 'known-platform' | 'known-os' | 'rootfs-type' | 'diff-ids-form' | 'layer-count' | 'diff-id' | 'name' | 'created'}`
  | `config.${'types' | 'env-format' | 'env-unique' | 'path-variable' | 'exposed-ports' | 'volumes' | 'labels' | 'working-dir'}`
  | `history.${'form' | 'layer-count' | 'layers-told' | 'created' | 'order' | 'last-created'}`;

export const CONFIG_MUTANTS: MutantsOf<Ids> = {
  'config.object': [
    {
      name: 'the config is a list',
      form: 'hybrid',
      apply: rewrite('config', (text) => `[${text}]`),
    },
  ],
  'config.platform': [
    { name: 'architecture is empty', form: 'hybrid', apply: set('config', '/architecture', '') },
    { name: 'os is missing', form: 'crane', apply: remove('config', '/os') },
  ],
  'config.known-platform': [
    { name: 'architecture is x86_64', form: 'hybrid', apply: set('config', '/architecture', 'x86_64') },
  ],
  'config.known-os': [
    { name: 'os is Linux', form: 'hybrid', apply: set('config', '/os', 'Linux') },
    { name: 'os is unknown', form: 'crane', apply: set('config', '/os', 'unknown') },
  ],
  'config.rootfs-type': [
    { name: 'rootfs.type is tree', form: 'hybrid', apply: set('config', '/rootfs/type', 'tree') },
  ],
  'config.diff-ids-form': [
    {
      name: 'diff_ids is null, and there are layers',
      form: 'hybrid',
      apply: set('config', '/rootfs/diff_ids', null),
    },
    { name: 'diff_ids is missing', form: 'crane', apply: remove('config', '/rootfs/diff_ids') },
    {
      name: 'a diffID has no algorithm',
      form: 'crane',
      apply: set('config', '/rootfs/diff_ids/0', 'a'.repeat(64)),
    },
  ],
  'config.layer-count': [
    {
      name: 'the manifest of index.json leaves the top layer out',
      form: 'hybrid',
      apply: edit('manifest', (manifest) => void listAt(manifest, '/layers').pop()),
    },
    {
      name: 'manifest.json leaves the top layer out',
      form: 'crane',
      apply: edit('manifestJson', (list) => void listAt(list, '/0/Layers').pop()),
    },
    {
      name: 'Layers of manifest.json is null',
      form: 'hybrid',
      apply: set('manifestJson', '/0/Layers', null),
    },
    {
      name: 'the manifest of index.json lists a layer twice',
      form: 'oci',
      apply: edit('manifest', (manifest) => pushAt(manifest, '/layers', getAt(manifest, '/layers/0'))),
    },
  ],
  'config.diff-id': [
    {
      name: 'the manifest of index.json lists the layers in reverse',
      form: 'hybrid',
      apply: edit('manifest', (manifest) => void listAt(manifest, '/layers').reverse()),
    },
    {
      name: 'manifest.json lists the layers in reverse',
      form: 'crane',
      apply: edit('manifestJson', (list) => void listAt(list, '/0/Layers').reverse()),
    },
    {
      name: 'a diffID is that of the compressed layer',
      form: 'crane',
      apply: set('config', '/rootfs/diff_ids/0', `sha256:${'5'.repeat(64)}`),
    },
  ],
  'config.name': [
    {
      name: 'the config was changed after it was named',
      form: 'crane',
      apply: changeMember(/^sha256:/, ({ content }) => ({
        content: String(content).replace('MODE=fast', 'MODE=slow'),
      })),
    },
    {
      name: 'the config of a legacy archive was changed after it was named',
      form: 'legacy',
      apply: changeMember(/^[0-9a-f]{64}\.json$/, ({ content }) => ({
        content: String(content).replace('MODE=fast', 'MODE=slow'),
      })),
    },
  ],
  'config.created': [
    { name: 'created is the empty string', form: 'hybrid', apply: set('config', '/created', '') },
    { name: 'created is a number', form: 'crane', apply: set('config', '/created', 1767323045) },
    {
      name: 'created names a day that does not exist',
      form: 'crane',
      apply: set('config', '/created', '2026-02-30T00:00:00Z'),
    },
  ],
  'config.types': [
    {
      name: 'a volume leads to a string',
      form: 'hybrid',
      apply: set('config', '/config/Volumes', { '/data': '/srv' }),
    },
    {
      name: 'a port is true',
      form: 'crane',
      apply: set('config', '/config/ExposedPorts', { '80/tcp': true }),
    },
    { name: 'Cmd is a string', form: 'hybrid', apply: set('config', '/config/Cmd', '/a/b/hello') },
    { name: 'User is a number', form: 'hybrid', apply: set('config', '/config/User', 1000) },
    { name: 'variant is a number', form: 'oci', apply: set('config', '/variant', 8) },
    { name: 'author is an object', form: 'crane', apply: set('config', '/author', {}) },
    { name: 'Healthcheck is a string', form: 'podman', apply: set('config', '/config/Healthcheck', 'none') },
    { name: 'ArgsEscaped is a string', form: 'hybrid', apply: set('config', '/config/ArgsEscaped', 'true') },
    { name: 'docker_version is a number', form: 'legacy', apply: set('config', '/docker_version', 20) },
    {
      name: 'an interval of the health check is a text',
      form: 'containerd',
      apply: set('config', '/config/Healthcheck', { Test: ['CMD', '/hello'], Interval: '30s' }),
    },
    {
      name: 'a parameter of the build container is a number',
      form: 'legacy',
      apply: set('config', '/container_config', { Hostname: 1 }),
    },
    {
      name: 'config is a list',
      form: 'crane',
      company: ['config.path-variable'],
      apply: set('config', '/config', []),
    },
  ],
  'config.env-format': [
    {
      name: 'a variable has no value',
      form: 'hybrid',
      apply: push('config', '/config/Env', 'DEBUG'),
    },
  ],
  'config.env-unique': [
    {
      name: 'a variable is set twice',
      form: 'hybrid',
      apply: push('config', '/config/Env', 'MODE=slow'),
    },
  ],
  'config.path-variable': [
    {
      name: 'Env has no PATH',
      form: 'hybrid',
      apply: remove('config', '/config/Env/0'),
    },
  ],
  'config.exposed-ports': [
    { name: 'a port is a word', form: 'hybrid', apply: set('config', '/config/ExposedPorts', { http: {} }) },
    {
      name: 'a port has another protocol',
      form: 'oci',
      apply: set('config', '/config/ExposedPorts', { '80/icmp': {} }),
    },
  ],
  'config.volumes': [
    {
      name: 'a volume leads to an object with a field',
      form: 'hybrid',
      apply: set('config', '/config/Volumes', { '/data': { size: 1 } }),
    },
  ],
  'config.labels': [
    {
      name: 'a label is a number',
      form: 'hybrid',
      apply: set('config', '/config/Labels/com.example.count', 1),
    },
  ],
  'config.working-dir': [
    { name: 'WorkingDir is relative', form: 'hybrid', apply: set('config', '/config/WorkingDir', 'srv') },
  ],
  'history.form': [
    {
      name: 'the time of a step is no time',
      form: 'hybrid',
      apply: set('config', '/history/0/created', 'yesterday'),
    },
    {
      name: 'empty_layer is a string',
      form: 'crane',
      company: ['history.layer-count'],
      apply: set('config', '/history/2/empty_layer', 'true'),
    },
    { name: 'history is an object', form: 'crane', apply: set('config', '/history', {}) },
  ],
  'history.layer-count': [
    {
      name: 'a step without a layer is not marked',
      form: 'hybrid',
      apply: remove('config', '/history/2/empty_layer'),
    },
  ],
  'history.layers-told': [
    { name: 'a step with a layer is missing', form: 'hybrid', apply: remove('config', '/history/0') },
  ],
  'history.created': [
    {
      name: 'a step that changes metadata only has no time',
      form: 'crane',
      apply: remove('config', '/history/1/created'),
    },
  ],
  'history.order': [
    {
      name: 'the second step is older than the first',
      form: 'hybrid',
      apply: set('config', '/history/1/created', '2025-12-31T00:00:00Z'),
    },
  ],
  'history.last-created': [
    {
      name: 'the image is younger than its last step',
      form: 'hybrid',
      apply: set('config', '/created', '2026-01-02T04:00:00Z'),
    },
  ],
};
