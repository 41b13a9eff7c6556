import { defineConfig } from 'vitest/config';

// `npm run test:fresh`: not part of `npm test`, which it runs itself.
export default defineConfig({
  test: {
    name: 'fresh',
    include: ['specs/fresh/**/*.spec.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 3_600_000,
    hookTimeout: 900_000,
  },
});
