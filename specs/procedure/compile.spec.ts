import { claims } from '../../helpers/runner/claims.ts';

// $ gcc -o hello -static main.c
//
// The program stands alone in the image: no loader, no library. CC replaces gcc.
claims('compile', [
  'compile.executable',
  'compile.architecture',
  'compile.no-interpreter',
  'compile.no-needed-library',
]);
