import { claimsForEachBuilder } from '../../helpers/runner/claims.ts';

// $ docker run -ti --rm hello
//
// Four times: through the command line and through the API, each with and without a terminal. The terminal of the command
// line is a real pseudo-terminal.
claimsForEachBuilder('run', [
  'run.exit-code',
  'run.output',
  'run.no-stderr',
  'run.crlf-under-tty',
  'run.container-gone',
]);
