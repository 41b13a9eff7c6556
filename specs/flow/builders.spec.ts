import { claims } from '../../helpers/vitest/claims.ts';

// $ docker buildx ls
// $ docker buildx inspect
claims('builders', [
  'builders.default-listed',
  'builders.default-running',
  'builders.driver',
  'builders.own-platform',
]);
