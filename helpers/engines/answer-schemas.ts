/** The answers of an engine as far as the suite reads them. What is not named here may be anything. */

/** Longest name, version or path that is taken from an engine. */
const text = { type: 'string', maxLength: 4096 } as const;
/** Most entries of a list that one image has: an image of a thousand layers cannot be run. */
const maxItems = 10_000;
const texts = { type: ['array', 'null'], maxItems, items: text } as const;
/** What goes into addresses and arguments again: nothing that climbs, and no option. */
const id = { type: 'string', pattern: '^(?:[a-z0-9]+:)?[0-9a-f]{1,128}$' } as const;
const reference = {
  type: 'string',
  maxLength: 512,
  pattern: '^(?:<none>[:@]<none>|[\\w\\[](?:[\\w.:@\\[\\]-]|/(?=\\w))*)$',
} as const;
const references = { type: ['array', 'null'], maxItems, items: reference } as const;
const object = (properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) =>
  ({ type: 'object', properties, required }) as const;
const list = (items: object) => ({ type: 'array', items }) as const;

const image = object(
  {
    Id: id,
    RepoTags: references,
    RepoDigests: references,
    Parent: { type: 'string', anyOf: [{ const: '' }, id] },
    Os: text,
    Architecture: text,
    Created: text,
    Config: {
      type: ['object', 'null'],
      properties: {
        Cmd: texts,
        Entrypoint: texts,
        Labels: { type: ['object', 'null'], additionalProperties: { type: 'string' } },
      },
    },
    RootFS: object({ Layers: texts }),
  },
  ['Id'],
);

const cacheEntries = {
  type: ['array', 'null'],
  items: object({ ID: text, Size: { type: 'number' } }, ['ID']),
} as const;

export const ANSWER_SCHEMAS = {
  version: object({
    Version: text,
    ApiVersion: text,
    Arch: text,
    Os: text,
    KernelVersion: text,
    Components: { type: ['array', 'null'], items: object({ Name: text, Version: text }, ['Name']) },
  }),
  info: object({
    ID: text,
    ServerVersion: text,
    Driver: text,
    DefaultRuntime: text,
    CgroupVersion: text,
    KernelVersion: text,
    DriverStatus: { type: ['array', 'null'], items: { type: 'array', items: text } },
  }),
  podmanInfo: object({
    host: object({ hostname: text, remoteSocket: object({ path: text }) }),
    store: object({ graphRoot: text }),
  }),
  image,
  /** What a command line answers: a list, also for one image. */
  images: list(image),
  history: list(object({ CreatedBy: { type: 'string' } })),
  diskUsage: object({
    BuildCache: cacheEntries,
    BuildCacheUsage: { type: ['object', 'null'], properties: { Items: cacheEntries } },
  }),
  containers: list(object({ Id: id }, ['Id'])),
} as const;

export type AnswerKind = keyof typeof ANSWER_SCHEMAS;
