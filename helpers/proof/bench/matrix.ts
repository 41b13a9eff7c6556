import { renderHtml } from '../../report/html/render-page.ts';
import { silentProgress } from '../../report/progress.ts';
import type { Report } from '../../report/report-model.ts';
import { runMatrix } from '../../runner/matrix/run.ts';
import { startEngines } from '../../runner/matrix/start-engines.ts';
import type { BenchRequest, BenchRow } from './bench-row.ts';
import { median } from './measure.ts';

/** Engines of one package archive, whose root file systems share most of their packages. */
const ENGINES = ['docker-20-bullseye', 'docker-20', 'docker-26', 'docker-28', 'docker-28-containerd'];

/** With warm caches: every engine alone, then all side by side; and the page of the report that they give. */
export async function* benchMatrix({ folder, rounds }: BenchRequest): AsyncIterable<BenchRow> {
  // Root file systems are made, and files read, before anything is measured.
  const { running, unavailable } = await startEngines(ENGINES, silentProgress());
  await Promise.all(running.map(({ stop }) => stop()));
  const absent = unavailable.map(({ name }) => name);
  const engines = ENGINES.filter((name) => !absent.includes(name));

  const alone: { readonly name: string; readonly seconds: number }[] = [];
  for (const name of engines) alone.push({ name, ...(await play([name], folder)) });
  const slowest = alone.reduce((worst, one) => (one.seconds > worst.seconds ? one : worst));
  const together = await play(engines, folder);
  yield {
    what: `matrix: ${engines.length} engines side by side`,
    seconds: together.seconds,
    peer: { name: `${slowest.name} alone`, seconds: slowest.seconds },
    aim: 3,
  };
  const pages = Array.from({ length: rounds }, () => render(together.report));
  yield {
    what: `page: ${engines.length} engines, ${((pages[0]?.bytes ?? 0) / 1e6).toFixed(2)} MB`,
    seconds: median(pages.map(({ seconds }) => seconds)),
    aim: 1,
  };
}

/** One matrix, start and end of the engines included. */
async function play(engines: readonly string[], output: string) {
  const began = performance.now();
  const report = await runMatrix({ engines, output, command: 'bench', progress: silentProgress() });
  return { report, seconds: (performance.now() - began) / 1000 };
}

function render(report: Report) {
  const began = performance.now();
  const bytes = Buffer.byteLength(renderHtml(report));
  return { bytes, seconds: (performance.now() - began) / 1000 };
}
