interface Known {
  readonly sign: RegExp;
  readonly sentence: string;
}

/** What is known to go wrong outside this suite: how it shows and what to do about it. */
const KNOWN: readonly Known[] = [
  {
    // unshare(2) itself succeeded: `/` lies within a mount, so its propagation cannot be changed.
    sign: /cannot change root filesystem propagation: Invalid argument/,
    sentence:
      'this is a plain chroot, whose root is not a mount point, so private mounts cannot be made in it; run `mount --bind DIR DIR` before `chroot DIR`, or use a container or pivot_root.',
  },
  {
    sign: /unshare.*(not permitted|denied|No space left)|mount: .*(permission denied|Operation not permitted)/i,
    sentence:
      'private namespaces are refused here; run as root with the capability CAP_SYS_ADMIN, or allow user namespaces (in a container of Docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined).',
  },
  {
    sign: /unshare: (not found|unrecognized|invalid)/,
    sentence: 'unshare(1) of util-linux is missing or too old; install util-linux 2.32 or newer.',
  },
  {
    sign: /perl: not found|Can't locate Socket\.pm/,
    sentence: 'this host has no Perl, which sets up the loopback interface; install perl-base.',
  },
  {
    sign: /No space left on device/,
    sentence: 'there is no space left; free some in the cache folder, or raise SCRATCH_ENGINE_MEMORY.',
  },
  {
    sign: /apt-get: not found/,
    sentence: 'this host has no apt-get; an engine of the suite’s own needs Debian.',
  },
  {
    sign: /NO_PUBKEY|is not signed|couldn't be verified/,
    sentence: 'the host’s keyring lacks the key of that suite; install a newer debian-archive-keyring.',
  },
  {
    sign: /Temporary failure resolving|Could not resolve|Could not connect|Connection timed out|Failed to fetch/,
    sentence:
      'the package archive cannot be reached; check the network, or set SCRATCH_DEBIAN_MIRROR to another one.',
  },
];

/** One sentence out of the last lines of unshare, apt, dpkg or an engine. */
export function explainFailure(lines: readonly string[]): string {
  const text = lines.join('\n');
  const known = KNOWN.find(({ sign }) => sign.test(text));
  return known?.sentence ?? lastWords(lines) ?? 'it ended without a word.';
}

/** The last error among lines, without time stamps and prefixes. */
export function lastWords(lines: readonly string[]): string | undefined {
  const written = lines.filter((line) => line.trim() !== '');
  const last =
    written.findLast((line) => /^E: |level=(error|fatal)|failed|error|unknown|unable|cannot/i.test(line)) ??
    written.at(-1);
  if (last === undefined) return undefined;
  return (/msg="((?:[^"\\]|\\.)*)"/.exec(last)?.[1] ?? last.replace(/^E: /, '')).slice(0, 500);
}
