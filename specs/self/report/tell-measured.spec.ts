import { expect, test } from 'vitest';
import { tellMeasured } from '../../../helpers/report/tell-measured.ts';
import { reportOf } from '../gate/samples.ts';

const ID = 'layer.whiteout-folders';

test('what consumers were measured to do stands beside the consequence of what fails', async () => {
  const [requirement] = (await tellMeasured(reportOf({ subjects: { s: { [ID]: 'fail' } } }))).requirements;
  expect(requirement?.consequence).toMatch(/ Measured: .*Docker .* refuse it; .*\.$/);
});

test('nothing is added to what holds, nor to what was never handed to a consumer', async () => {
  const report = reportOf({ subjects: { s: { [ID]: 'pass', 'own.claim': 'fail' } } });
  expect((await tellMeasured(report)).requirements).toEqual(report.requirements);
});
