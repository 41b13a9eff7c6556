import { describe, expect, test } from 'vitest';
import { reason } from '../faults/engines/needs.ts';
import { createMachine, type Machine } from './machine.ts';

/**
 * The commands of the README on machines that have what a small container image has. `npm ci` needs npm's registry, and
 * the first run Debian's archive. SCRATCH_FRESH=short tries the first machine, and `npm run conformance` only.
 */

// Asked for by its own command: what cannot be tried is no pass.
if (reason !== undefined) throw new Error(`A fresh machine cannot be made here: ${reason}.`);

const isShort = process.env['SCRATCH_FRESH'] === 'short';
const NODE = ['nodejs', 'npm', 'git', 'ca-certificates'];
const COMPILER = ['gcc', 'libc6-dev'];
const MACHINES = [
  ['nothing but Node, npm and git', NODE, 'gcc and jq'],
  ['Node, npm, git and a compiler', [...NODE, ...COMPILER], 'jq'],
  ['what the README asks for', [...NODE, ...COMPILER, 'jq'], undefined],
] as const;

const tell = (line: string) => process.stderr.write(`${line}\n`);

/** Fails with everything that the command wrote. */
async function succeed(machine: Machine, line: string, node?: string): Promise<string> {
  const environment = node === undefined ? {} : { PATH: `/opt/${node}/bin:/usr/sbin:/usr/bin` };
  const { exitCode, text } = await machine.run(['sh', '-c', line], { environment });
  expect(exitCode, `${line}\n${text}`).toBe(0);
  return text;
}

function expectWholeProcedure(text: string): void {
  expect(text).toMatch(/^Conforms: none of \d+ requirements fails on docker-26/m);
  for (const step of ['compile', 'builders', 'shell'])
    expect(text).toMatch(new RegExp(`^${step} +✓ \\d+$`, 'm'));
}

describe.for(isShort ? MACHINES.slice(0, 1) : MACHINES)('a machine with %s', ([, packages, lacking]) => {
  test('conforms, and says first what it lacks; in a plain chroot it says why not', async () => {
    await using machine = await createMachine(packages, tell);
    const text = await succeed(machine, 'npm ci && npm run conformance');
    expectWholeProcedure(text);
    const lack = /^This host lacks (.+): taken from Debian’s/m.exec(text);
    expect(lack?.[1]).toBe(lacking);
    if (lack) expect(lack.index).toBeLessThan(text.search(/^Engine docker-26: /m));

    const refused = await machine.run(['npm', 'run', 'conformance'], { way: 'chroot' });
    expect(refused.text).toMatch(
      /^Could not run: .*this is a plain chroot, whose root is not a mount point/m,
    );
    expect(refused.exitCode).toBe(2);
    if (!isShort) await succeed(machine, 'npm test');
  });
});

test.skipIf(isShort).for([
  // The oldest Node that package.json allows, on the Debian of the image node:20-bookworm in the workflows.
  ['20.19.0', 'bookworm'],
  ['22.23.3', 'trixie'],
  ['24.21.0', 'trixie'],
] as const)('Node %s of the package node on %s', async ([version, suite]) => {
  await using machine = await createMachine([...NODE, ...COMPILER], tell, suite);
  // The npm of that Node is not in the package.
  const npm = version.startsWith('20.') ? '10.8.2' : '11.0.0';
  await succeed(machine, `cd / && npm install --global --prefix /opt/node node@${version} npm@${npm}`);
  expect(await succeed(machine, 'node --version', 'node')).toContain(`v${version}`);
  expectWholeProcedure(await succeed(machine, 'npm ci && npm run conformance', 'node'));
});
