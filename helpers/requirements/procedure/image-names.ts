/** Whether an engine's name for an image is the tag: as given, or with the registry that the engine assumes. */
export function isTag(name: string, tag: string): boolean {
  return ['', 'localhost/', 'docker.io/library/', 'docker.io/'].some((registry) => name === registry + tag);
}
