import { expect, test } from 'vitest';
import { requireSuccess } from '../../../helpers/engines/builders/builder.ts';
import { BuildRefusedError, FlowError } from '../../../helpers/engines/step-error.ts';

function errorOf(exitCode: number, stderr: string): unknown {
  try {
    requireSuccess('podman build', { command: 'podman build .', exitCode, stdout: '', stderr });
    return undefined;
  } catch (error) {
    return error;
  }
}

test('a builder that says why it does not build has answered', () => {
  expect(errorOf(0, 'warning')).toBeUndefined();
  expect(errorOf(1, 'ERROR: failed to solve')).toBeInstanceOf(BuildRefusedError);
  const refused = errorOf(
    125,
    'STEP 2/2: COPY\nError: building at STEP "COPY --link a /": COPY --link is not supported\n',
  );
  expect(refused).toBeInstanceOf(BuildRefusedError);
  expect((refused as BuildRefusedError).said).toContain('COPY --link is not supported');
});

test.for([
  [124, 'no end within 120 s'],
  [125, 'it wrote more than 8388608 B'],
  [127, 'spawn podman ENOENT'],
  [137, ''],
] as const)('exit code %s (%s) is no answer', ([exitCode, stderr]) => {
  const error = errorOf(exitCode, stderr);
  expect(error).toBeInstanceOf(FlowError);
  expect(error).not.toBeInstanceOf(BuildRefusedError);
});
