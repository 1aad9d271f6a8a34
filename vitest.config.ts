import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup.ts'],
    // Real processes, sockets and disks: a file of tests that goes wrong must not take the others along.
    pool: 'forks',
    maxWorkers: 2,
    // The slowest honest test starts a network and kills parts of it; whatever hangs ends here.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Landing a change must not hang on a machine that others crowd; at a desk the first failure counts.
    retry: process.env['CI'] === undefined ? 0 : 2,
    teardownTimeout: 10_000,
    // A stray rejection fails the run: something of ours was not awaited.
    dangerouslyIgnoreUnhandledErrors: false,
    // A poll ends as soon as it can; only on a crowded machine does it take long.
    expect: { requireAssertions: true, poll: { timeout: 20_000 } },
  },
})
