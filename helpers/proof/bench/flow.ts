import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import { printText } from '../../common/terminal.ts';
import type { EngineHandle } from '../../engines/model.ts';
import { loadRecipe } from '../../engines/recipe.ts';
import { startEngine } from '../../engines/start/start.ts';
import { endOnSignals } from '../../engines/start/stop-at-end.ts';
import { writeClient } from '../../procedure/shell.ts';

/**
 * The documented procedure by hand, as a plain shell script, beside the conformance run of one builder on the same warm
 * engine: in turn, five times, whole processes. Prints the medians and their ratio; aim: at most 2.0.
 */

const ROUNDS = 5;

/** The documented lines; the loop and `cat` in the form that works on this engine. */
const BY_HAND = `
set -e
folder=$(mktemp -d -p "$WORK")
cp "$SOURCE"/c/main.c "$SOURCE"/fixtures/hello/* "$folder"
cd "$folder"
\${CC:-gcc} -o hello -static main.c
docker buildx ls >/dev/null
docker buildx inspect >/dev/null
docker build --quiet --no-cache -t "$IMAGE" . >/dev/null
script --quiet --return --command "docker run -ti --rm --network none $IMAGE" /dev/null </dev/null >/dev/null
docker save -o hello.tar "$IMAGE"
tar -xf hello.tar
jq '.[0].Layers[]' -r manifest.json >/dev/null
for f in $(jq '.[0].Layers[]' -r manifest.json); do mkdir -p "$f.d/layer"; tar xf $f -C "$f.d/layer"; done
cat $(jq '.[0].Layers[2]' -r manifest.json).d/layer/final.txt >/dev/null
cat $(jq '.[0].Layers[3]' -r manifest.json).d/layer/final.txt >/dev/null
rm -rf "$folder"
`;

async function main(): Promise<number> {
  endOnSignals();
  const engine = await startEngine(await loadRecipe('docker-26'));
  try {
    const { handle } = engine;
    const environment = await environmentOf(handle);
    const byHand = () => time(['sh', '-c', BY_HAND], environment);
    const judged = () =>
      time(
        ['npm', 'run', '--silent', 'conformance', '--', '--builder', 'docker-build', '--quiet'],
        environment,
      );
    // Once each, so that the page cache is warm for both.
    await byHand();
    await judged();
    const hand: number[] = [];
    const suite: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      hand.push(await byHand());
      suite.push(await judged());
      printText(`by hand ${seconds(hand.at(-1))}  conformance ${seconds(suite.at(-1))}\n`);
    }
    const ratio = median(suite) / median(hand);
    printText(
      `median: by hand ${seconds(median(hand))}, conformance ${seconds(median(suite))}, ratio ${ratio.toFixed(2)} (aim: 2.0)\n`,
    );
    return 0;
  } finally {
    await engine.stop();
  }
}

/** Both sides use the engine's own client, found first on the path. */
async function environmentOf(handle: EngineHandle): Promise<NodeJS.ProcessEnv> {
  const work = join(handle.workDir, 'by-hand');
  await mkdir(work);
  const client = await writeClient(handle);
  return {
    ...process.env,
    ...client,
    WORK: work,
    // The engine's own client sees no other folder of the host.
    TMPDIR: work,
    SOURCE: join(projectFolder('fixtures'), '..'),
    IMAGE: `${handle.runId}/by-hand`,
    SCRATCH_ENGINE: '',
  };
}

/** Milliseconds from start to end of one command. Throws when it fails. */
function time([program = '', ...args]: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let words = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        words += chunk;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(performance.now() - started);
      else reject(new Error(`${program} ended with exit code ${code}: ${words}`));
    });
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function seconds(milliseconds = Number.NaN): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

process.exitCode = await main();
