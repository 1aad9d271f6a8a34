import { runCases } from '../case-runner.ts'

// `npm run bench`: ratios against the raw limit in the same run, because only ratios travel between machines.
process.exit(await runCases({ folder: import.meta.dirname, argv: process.argv.slice(2) }))
