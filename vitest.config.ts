import { defineConfig } from 'vitest/config'

const shared = 'protocol|seed|signal|client|attacks|faults|simulation'

/** In one process each: what they load has no state of its own, so it is loaded once for many files. */
const partTests = [`test/@(${shared})/**/*.test.ts`]

/** In a process of their own: they start a network or a browser, watch their own process, or turn its clock. */
const processTests = [
  'test/attacks/{A06-page,B0[2-46]*,B08-secrets,B09-*,B12-csrf,C09-signal-kills,D05-*}.test.ts',
  'test/faults/{F01-uploads,F04-*,F05-*,F08-losses,F10-partition,F12-directory,F14-whole-*}.test.ts',
  'test/faults/F2[23]-*.test.ts',
  // Whoever came after it in one process was given no timers that go off.
  'test/client/alarm.test.ts',
]

export default defineConfig({
  test: {
    globalSetup: ['test/setup.ts'],
    // Real processes, sockets and disks: a file of tests that goes wrong must not take the others along.
    pool: 'forks',
    // For two cores: most files wait for processes, disks and clocks much of their time.
    maxWorkers: 3,
    // The slowest honest test starts a network and kills parts of it; whatever hangs ends here.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Landing a change must not hang on a machine that others crowd; at a desk the first failure counts.
    retry: process.env['CI'] === undefined ? 0 : 1,
    teardownTimeout: 10_000,
    // A stray rejection fails the run: something of ours was not awaited.
    dangerouslyIgnoreUnhandledErrors: false,
    // A poll ends as soon as it can; only on a crowded machine does it take long.
    expect: { requireAssertions: true, poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: { name: 'parts', include: partTests, exclude: processTests, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/*.test.ts', `test/!(${shared})/**/*.test.ts`, ...processTests],
        },
      },
    ],
  },
})
