import packageJson from '../../package.json' with { type: 'json' };

/**
 * What to install, in one sentence, where loading failed for a package that only some uses need; `undefined` for any
 * other error. Commands that need an engine, and specs, need packages that a check of archives does not.
 */
export function explainMissingPackage(error: unknown): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const [, name = ''] = /^Cannot find package '([^']+)'/.exec(message) ?? [];
  const peers: Readonly<Record<string, string>> = packageJson.peerDependencies;
  if (!Object.hasOwn(peers, name)) return undefined;
  const all = Object.entries(peers).map(([peer, version]) => `${peer}@${version}`);
  return `the package ${name} is not installed, which specs and commands with an engine need. Install it: npm install ${all.join(' ')}`;
}
