import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One source of packages in the host's apt configuration. */
export interface DebianSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Key file of the entry, when it names one by path. */
  readonly signedBy?: string;
}

const SUITES =
  /^(oldoldstable|oldstable|stable|testing|unstable|sid|buster|bullseye|bookworm|trixie|forky|duke)$/;

/** Finds the host's source of Debian's main archive (not security, not a third party), or undefined. */
export async function findDebianSource(folder = '/etc/apt'): Promise<DebianSource | undefined> {
  const listFolder = join(folder, 'sources.list.d');
  const names = (await readdir(listFolder).catch(() => []))
    .filter((name) => /\.(list|sources)$/.test(name))
    .sort();
  const files = [join(folder, 'sources.list'), ...names.map((name) => join(listFolder, name))];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts
    .flatMap((text, index) => (files[index]?.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text)))
    .find(({ uri, suites, components }) => {
      const main = components.includes('main') && suites.some((suite) => SUITES.test(suite));
      return main && !/security/.test(uri);
    });
}

/** Entries of the one-line format: `deb [options] uri suite component...`. */
export function parseOneLine(text: string): readonly DebianSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (!match) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    return [source([uri], [suite], words(components), /signed-by=(\S+)/.exec(options)?.[1])];
  });
}

/** Entries of the deb822 format (`.sources`): stanzas of fields, continuation lines indented. */
export function parseDeb822(text: string): readonly DebianSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    let last = '';
    for (const line of stanza.split('\n').filter((line) => !line.startsWith('#'))) {
      const match = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
      if (match) {
        last = (match[1] ?? '').toLowerCase();
        fields.set(last, match[2] ?? '');
      } else if (last) fields.set(last, `${fields.get(last)}\n${line.trim()}`);
    }
    const types = words(fields.get('types'));
    const uris = words(fields.get('uris'));
    if (!types.includes('deb') || uris.length === 0 || /^no$/i.test(fields.get('enabled')?.trim() ?? ''))
      return [];
    return [
      source(uris, words(fields.get('suites')), words(fields.get('components')), fields.get('signed-by')),
    ];
  });
}

function source(
  uris: readonly string[],
  suites: readonly string[],
  components: readonly string[],
  signedBy: string | undefined,
): DebianSource {
  const key = signedBy?.trim();
  return { uri: uris[0] ?? '', suites, components, ...(key?.startsWith('/') ? { signedBy: key } : {}) };
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
