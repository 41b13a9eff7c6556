/** Longest text of one reception. */
const MAX_WORDS = 300;

interface Replacement {
  readonly pattern: RegExp;
  readonly by: string;
}

/** What differs from run to run or from machine to machine, and says nothing about the archive. */
const RANDOM: readonly Replacement[] = [
  { pattern: /\/[\w/.-]*\/work\/\d+\/(archive|layout|output)/g, by: '{$1}' },
  { pattern: /\/[\w/.-]*\/sc-\w+\//g, by: '{run}/' },
  { pattern: /\/var\/lib\/store\/\d+/g, by: '{store}' },
  { pattern: /\/run\/store\/\d+/g, by: '{run}' },
  {
    pattern:
      /((?:docker-import|docker-builder|containerd-mount|containers?[-_]images?[-_]\w+?|oci|storage|buildah|container_images_\w+?|docker-tar|sha256-temp|GetLayerIngest)-?)\d{4,}/g,
    by: '$1*',
  },
  { pattern: /(overlay2?\/(?:l\/)?)[0-9A-Za-z]{26,64}(?:-init)?/g, by: '$1*' },
  { pattern: /(snapshots\/(?:new-)?)\d+/g, by: '$1*' },
  { pattern: /(new-)\d{5,}/g, by: '$1*' },
  { pattern: /\b0x[0-9a-f]{6,}\b/g, by: '0x*' },
  { pattern: /\[::1\]:\d{4,5}->\[::1\]:53\b/g, by: 'localhost' },
  { pattern: /127\.0\.0\.1:\d+(?:->127\.0\.0\.1:\d+)?/g, by: 'localhost' },
  { pattern: /\b(?:UUID |id )?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, by: '{id}' },
  { pattern: /\/(?:proc\/self\/fd|dev\/fd)\/\d+/g, by: '/dev/fd/*' },
  { pattern: /("extract-)\d+-[\w-]{4}(?= )/g, by: '$1*' },
  // containerd names any one of the links that lead nowhere.
  { pattern: /(symlink layer from ")[^"]*(" to ")[^"]*/g, by: '$1*$2*' },
  { pattern: /(import-)\d{4}-\d\d-\d\d/g, by: '$1*' },
  { pattern: /t\d+\/image(?::1)?/g, by: '{output}' },
];

/** Time stamps, levels and the tool's own name at the start of a line. */
const PREFIXES: readonly RegExp[] = [
  /^time="[^"]*" level=\w+ msg=/,
  /^\d{4}[/-]\d\d[/-]\d\d \d\d:\d\d:\d\d(?:\.\d+ \w \|)? /,
  /^(?:FATA|ERRO)\[\d+\] /,
  /^(?:ctr|umoci|crane|oras|skopeo|buildah|podman|tar): /,
  /^ *⨯ /,
  /^Error response from daemon: /,
  /^Error: /,
  /^error: /,
];

/** The line that tells most out of what a tool wrote, ready to be stored and compared. */
export function tellingWords(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling =
    tellingAttempt(lines) ??
    lines.findLast((line) => TELLING.some((sign) => sign.test(line))) ??
    lines.at(-1) ??
    'without a word';
  return normaliseWords(telling);
}

/** podman tries one form after the other and lists what each said; a file that is not there tells only the form. */
const ATTEMPT = /^\* (?:oci|docker)-archive: (.*)/;
const NO_SUCH_FORM = /(?:index|manifest)\.json"?: (?:no such file or directory|file does not exist)/;

function tellingAttempt(lines: readonly string[]): string | undefined {
  const attempts = lines.flatMap((line) => ATTEMPT.exec(line)?.[1] ?? []);
  if (attempts.length === 0) return undefined;
  const none = lines.find((line) => line.includes('supported image formats'))?.replace(/:$/, '');
  return attempts.find((said) => !NO_SUCH_FORM.test(said)) ?? none ?? attempts[0];
}

/** The last line that matches is taken; panics stand before the stack of their goroutines. */
const TELLING: readonly RegExp[] = [
  /^(?:panic|fatal error|runtime: |unexpected fault)/,
  /level=(?:fatal|error)|^Error|^error|^FATA|^ *⨯|^(?:ctr|umoci|tar): |: /,
];

export function normaliseWords(line: string): string {
  let words = unescapeMessage(line);
  for (let before = ''; before !== words; ) {
    before = words;
    for (const prefix of PREFIXES) words = words.replace(prefix, '');
    words = unescapeMessage(words);
  }
  for (const { pattern, by } of RANDOM) words = words.replace(pattern, by);
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS - 1)}…` : words;
}

/** A message of logfmt is a quoted string. */
function unescapeMessage(text: string): string {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  return quoted === undefined
    ? text
    : quoted
        .replace(/\\(["\\])/g, '$1')
        .replace(/\\n/g, ' ')
        .replace(/\\t/g, ' ');
}
