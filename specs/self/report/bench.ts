/** `npm run bench:report`: time and size of the page for 20 engines by 100 requirements. Figures, no verdict. */

import { pageAssets } from '../../../helpers/report/html/assets.ts';
import { renderHtml } from '../../../helpers/report/html/render-page.ts';
import { renderJUnit } from '../../../helpers/report/junit.ts';
import { renderMarkdown } from '../../../helpers/report/markdown.ts';
import { exampleReport } from './example.ts';

pageAssets();
for (const variants of [1, 6]) {
  const report = exampleReport({ engines: 20, requirements: 100, variants });
  for (const [name, render] of Object.entries({
    html: renderHtml,
    junit: renderJUnit,
    markdown: renderMarkdown,
  })) {
    const times = Array.from({ length: 5 }, () => {
      const before = performance.now();
      const size = Buffer.byteLength(render(report));
      return { ms: performance.now() - before, size };
    });
    const ms = times.map((time) => time.ms).sort((a, b) => a - b);
    console.log(
      `20 engines x 100 requirements x ${variants} builders and savers, ${name.padEnd(8)}: first ${times[0]?.ms.toFixed(0)} ms, median ${ms[2]?.toFixed(0)} ms, ${((times[0]?.size ?? 0) / 1e6).toFixed(2)} MB`,
    );
  }
}
