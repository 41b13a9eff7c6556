// A docker command that saves wrongly: it runs the real one, then swaps the first two layers in manifest.json of what
// was saved. Their paths are equally long, so the tar around them stays as it is.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [program = '', ...args] = process.argv.slice(2);
const { status } = spawnSync(program, args, { stdio: 'inherit' });
const output = args.indexOf('-o');
if (status === 0 && args.includes('save') && output !== -1) swap(args[output + 1]);
process.exitCode = status ?? 1;

function swap(file) {
  const bytes = readFileSync(file, 'latin1');
  const swapped = bytes.replace(/("Layers":\[)("[^"]+"),("[^"]+")/, '$1$3,$2');
  writeFileSync(file, swapped, 'latin1');
}
