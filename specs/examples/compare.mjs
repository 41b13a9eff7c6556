// node compare.mjs before.tar after.tar: the same image? Times may differ.
import { diffArchives } from 'scratch-conformance';

const [first = 'before.tar', second = 'after.tar'] = process.argv.slice(2);
const { same, differences } = await diffArchives(first, second, { ignore: ['times'] });
for (const { area, what, before, after } of differences) console.log(`${area}: ${what}:`, before, '→', after);
console.log(same.root ? 'the same root file system' : 'another root file system');
process.exitCode = differences.length === 0 ? 0 : 1;
