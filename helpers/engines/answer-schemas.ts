/** The answers of an engine as far as the suite reads them. What is not named here may be anything. */

/** Longest name, version or path that is taken from an engine. */
const text = { type: 'string', maxLength: 4096 } as const;
const texts = { type: ['array', 'null'], items: text } as const;
const object = (properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) =>
  ({ type: 'object', properties, required }) as const;
const list = (items: object) => ({ type: 'array', items }) as const;

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
  image: object(
    {
      Id: text,
      RepoTags: texts,
      RepoDigests: texts,
      Parent: text,
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
  ),
  history: list(object({ CreatedBy: { type: 'string' } })),
  containers: list(object({ Id: text }, ['Id'])),
} as const;

export type AnswerKind = keyof typeof ANSWER_SCHEMAS;
