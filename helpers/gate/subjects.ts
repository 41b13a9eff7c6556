/**
 * Many subjects in few words: those with the same builders and savers are written as one,
 * `{classic-api, buildx}/{docker-save, api-save}`, and the number of all stands at the end.
 */
export function describeSubjects(subjects: readonly string[]): string {
  if (subjects.length <= 3) return subjects.join(', ');
  const tails = new Map<string, string[]>();
  for (const subject of subjects) {
    const cut = subject.lastIndexOf('/');
    const head = subject.slice(0, Math.max(cut, 0));
    tails.set(head, [...(tails.get(head) ?? []), subject.slice(cut + 1)]);
  }
  const heads = new Map<string, { readonly names: string[]; readonly tails: readonly string[] }>();
  for (const [head, these] of tails) {
    const key = head === '' ? '' : these.join('/');
    const group = heads.get(key);
    if (group === undefined) heads.set(key, { names: [head], tails: these });
    else group.names.push(head);
  }
  const parts = [...heads].map(([key, { names, tails }]) =>
    key === '' ? tails.join(', ') : `${braces(names)}/${braces(tails)}`,
  );
  return `${parts.join(', ')} (${subjects.length})`;
}

function braces(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? '') : `{${names.join(', ')}}`;
}
