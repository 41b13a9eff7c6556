import { imageKey } from '../../archive/images.ts';
import { entriesOf, fieldOf, pointerSegment, stringOf } from '../../archive/oci/guards.ts';
import { foreignAttribute } from './layer/foreign-attributes.ts';
import { findInLayers } from './layer/found.ts';
import {
  allImages,
  cite,
  configObjects,
  defineForArchive,
  hasConfig,
  hasLayer,
  parameters,
  violationAt,
} from './support.ts';

/** Most layers that overlay2 of Docker stacks; its error is "max depth exceeded". */
const MAX_LAYERS = 125;
const MAX_PORT = 65535;
/** Real-time signals included; the names are those of signal(7). */
const MAX_SIGNAL = 64;
const SIGNALS = new Set(
  (
    'HUP INT QUIT ILL TRAP ABRT IOT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CLD CONT STOP TSTP TTIN TTOU ' +
    'URG XCPU XFSZ VTALRM PROF WINCH IO POLL PWR SYS'
  ).split(' '),
);
const REAL_TIME = /^RT(?:MIN(?:\+\d{1,2})?|MAX(?:-\d{1,2})?)$/;

/** Limits of hosts: legal everywhere, and trouble on some. */
export const PORTABILITY_REQUIREMENTS = defineForArchive([
  {
    id: 'image.layer-count',
    title: `No image has more than ${MAX_LAYERS} layers`,
    level: 'practice',
    source: cite(
      'issue-tracker',
      'moby/buildkit#3067',
      'An image of many layers ends with "max depth exceeded".',
    ),
    consequence: 'Docker with overlay2 refuses the image: "max depth exceeded". Squash layers.',
    when: (archive) => allImages(archive).length > 0 || 'the archive has no image',
    *check(archive) {
      for (const image of allImages(archive)) {
        if (image.kind !== 'image' || image.layers.length <= MAX_LAYERS) continue;
        const where = { image: imageKey(image), member: image.manifest?.member ?? image.view };
        yield violationAt(where, `at most ${MAX_LAYERS}`, image.layers.length, 'layers of the image');
      }
    },
  },
  {
    id: 'layer.portable-owners',
    title: 'User and group IDs in layers are at most 65535',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'hpc/charliecloud#1573',
      'A UID left by npm cannot be set in a user namespace.',
    ),
    consequence:
      'Rootless engines and user namespaces map 65536 IDs: unpacking stops with "potentially insufficient UIDs or GIDs".',
    when: hasLayer,
    check: findInLayers('layer.portable-owners'),
  },
  {
    id: 'layer.portable-times',
    title: 'Times in layers are ones that common file systems can hold',
    level: 'practice',
    source: cite('issue-tracker', 'docker/cli#2995', 'Times before 1970 are shown as something else.'),
    consequence:
      'The file gets another time on unpacking: ext4 holds 1901 to 2446, XFS without bigtime 1901 to 2038.',
    when: hasLayer,
    check: findInLayers('layer.portable-times'),
  },
  {
    id: 'layer.portable-lengths',
    title: 'Names in layers have at most 255 bytes, and paths 3839',
    level: 'practice',
    source: cite('issue-tracker', 'containerd/containerd#10459', 'Unpacking ends with "file name too long".'),
    consequence:
      'Unpacking stops with "file name too long" on every common file system of Linux. Of its 4095 bytes for a path, the folder that a loader unpacks to takes some.',
    when: hasLayer,
    check: findInLayers('layer.portable-lengths'),
  },
  {
    id: 'layer.no-foreign-attributes',
    title: 'Layers hold no attributes of macOS, nor the files that carry them',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'moby/moby#47517',
      'docker load fails with lsetxattr com.apple.provenance: operation not supported.',
    ),
    consequence:
      'No Linux file system takes com.apple.*: Docker 26 and later refuse the layer ("lsetxattr … not supported"). Pack with COPYFILE_DISABLE=1 and --no-xattrs.',
    when: hasLayer,
    check: findInLayers('layer.no-foreign-attributes'),
  },
  {
    id: 'archive.no-foreign-attributes',
    title: 'Members have no attributes of macOS, nor files that carry them beside them',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'moby/moby#47517',
      'docker load fails with lsetxattr com.apple.provenance: operation not supported.',
    ),
    consequence:
      'Loaders that unpack the archive first fail: "lsetxattr … not supported". Pack with COPYFILE_DISABLE=1 and --no-xattrs.',
    when: ({ members }) => members.length > 0 || 'the archive has no members',
    *check({ members }) {
      for (const { path, pax } of members) {
        const found = foreignAttribute(path, pax);
        if (found !== undefined) yield violationAt({ member: path }, 'none', found, 'tar header');
      }
    },
  },
  {
    id: 'config.port-range',
    title: `Exposed ports are between 1 and ${MAX_PORT}`,
    level: 'practice',
    source: cite(
      'config',
      'properties',
      '`port/tcp`, `port/udp`, `port` with the default protocol being `tcp` if not specified.',
    ),
    consequence: 'docker run -P ends with "invalid port number", or the port is left out.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        for (const [key] of entriesOf(fieldOf(parameters(config), 'ExposedPorts'))) {
          const port = Number(/^(\d+)(?:\/|$)/.exec(key)?.[1] ?? 1);
          const pointer = `/config/ExposedPorts${pointerSegment(key)}`;
          if (port < 1 || port > MAX_PORT)
            yield violationAt(at(image, config.member, pointer), `1 to ${MAX_PORT}`, port, config.member);
        }
      }
    },
  },
  {
    id: 'config.stop-signal',
    title: 'StopSignal of every config is a signal of Linux',
    level: 'practice',
    source: cite(
      'config',
      'properties',
      'The signal can be a signal name in the format `SIGNAME`, for instance `SIGKILL` or `SIGRTMIN+3`.',
    ),
    consequence: 'docker stop and docker run end with "invalid signal", or send SIGTERM in its place.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        const signal = stringOf(parameters(config), 'StopSignal');
        if (signal === undefined || signal === '' || isSignal(signal)) continue;
        const pointer = '/config/StopSignal';
        yield violationAt(
          at(image, config.member, pointer),
          'a name such as SIGTERM, or 1 to 64',
          signal,
          config.member,
        );
      }
    },
  },
]);

function isSignal(text: string): boolean {
  if (/^\d+$/.test(text)) return Number(text) >= 1 && Number(text) <= MAX_SIGNAL;
  const name = text.toUpperCase().replace(/^SIG/, '');
  return SIGNALS.has(name) || REAL_TIME.test(name);
}

function at(image: Parameters<typeof imageKey>[0], member: string, pointer: string) {
  return { image: imageKey(image), member, pointer };
}
