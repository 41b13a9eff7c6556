/** Control characters, escape sequences, and characters that reorder or hide text on a screen. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u{202a}-\u{202e}\u{2066}-\u{2069}]/u;
const PLAIN = /^[ -~]*$/;

export function hasControl(name: string): boolean {
  // Almost every name is plain, and a layer may have a million.
  return !PLAIN.test(name) && CONTROL.test(name);
}

/** Tag of the Docker image specification, "Tag". */
export const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** Characters of a repository name (distribution/reference, RepositoryNameTotalLengthMax). */
const MAX_REPOSITORY = 255;

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const HOST =
  '(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\\[[0-9a-fA-F:]+\\])(?::\\d+)?';
const REPOSITORY = new RegExp(`^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*$`);

/** Repository and tag of `name:tag`; `undefined` when it is no such reference. */
export function splitReference(name: string): { repository: string; tag: string } | undefined {
  const colon = name.lastIndexOf(':');
  if (colon <= 0 || name.includes('@')) return undefined;
  const repository = name.slice(0, colon);
  const tag = name.slice(colon + 1);
  const isRight = REPOSITORY.test(repository) && pathOf(repository).length <= MAX_REPOSITORY && TAG.test(tag);
  return isRight ? { repository, tag } : undefined;
}

/** A repository without the host of its registry. */
function pathOf(repository: string): string {
  const [host = '', ...rest] = repository.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(host) || host === 'localhost');
  return isHost ? rest.join('/') : repository;
}

/** The short form that Docker shows: `docker.io/library/x:1` is `x:1`. */
export function familiarName(name: string): string {
  return name.replace(/^(?:index\.)?docker\.io\/(?:library\/)?/, '');
}
