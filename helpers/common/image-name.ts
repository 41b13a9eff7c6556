/** Short names mean the same as long ones: each engine and tool completes them in its own way. */
export function normaliseName(name: string): string {
  const short = name.replace(/^(?:docker\.io|localhost)\//, '').replace(/^library\//, '');
  return /:[^/]*$/.test(short) || short.includes('@') ? short : `${short}:latest`;
}

/** Whether an engine's name for an image is the tag: as given, or with the registry that the engine assumes. */
export function isTag(name: string, tag: string): boolean {
  return ['', 'localhost/', 'docker.io/library/', 'docker.io/'].some((registry) => name === registry + tag);
}
