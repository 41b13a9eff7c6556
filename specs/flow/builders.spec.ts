import { claims } from '../../helpers/judging/claims.ts';

// $ docker buildx ls
// $ docker buildx inspect
claims('builders', [
  'builders.default-listed',
  'builders.default-running',
  'builders.driver',
  'builders.own-platform',
]);
