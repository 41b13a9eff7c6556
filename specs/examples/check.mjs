// node check.mjs image.tar: judges a saved image, and says who breaks.
import { checkArchive, explain } from 'scratch-conformance';

const { verdict, reason, requirements } = await checkArchive(process.argv[2] ?? 'image.tar');
for (const { id, findings } of requirements.filter(({ status }) => status === 'fail')) {
  for (const { message } of findings) console.log(message);
  const { consequence, measured } = await explain(id);
  console.log(`  ${consequence}\n  Measured: ${measured ?? 'nothing'}.`);
}
console.log(reason ?? verdict);
process.exitCode = { conforms: 0, 'does-not-conform': 1, 'could-not-judge': 2 }[verdict];
