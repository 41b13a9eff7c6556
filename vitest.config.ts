import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // Needs no engine: the helpers, the catalogue and its mutants.
        test: { name: 'self', include: ['specs/self/**/*.spec.ts'], pool: 'threads' },
      },
    ],
  },
});
