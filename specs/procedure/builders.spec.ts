import { claims } from '../../helpers/runner/claims.ts';

// $ docker buildx ls
// $ docker buildx inspect
claims('builders', [
  'builders.default-listed',
  'builders.default-running',
  'builders.driver',
  'builders.own-platform',
]);
