import { claimsForEachBuilder } from '../../helpers/runner/claims.ts';

// FROM scratch
// $ docker build -t hello .
//
// Once with nothing from the cache, and once more: the second build takes every COPY from the cache.
claimsForEachBuilder('build', [
  'build.four-layers',
  'build.distinct-layers',
  'build.no-parent',
  'build.starts-with-copy',
  'build.cmd',
  'build.no-entrypoint',
  'build.platform',
  'build.no-labels',
  'build.tag',
  'build.cached-again',
  'build.same-image-again',
]);
