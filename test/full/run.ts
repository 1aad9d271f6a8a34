import { join } from 'node:path'
import { runCases } from '../case-runner.ts'

// `npm run test:full`: each rule at the size people use. Goes on where it was stopped; `-- --fresh` starts anew.
const root = join(import.meta.dirname, '..', '..')
process.exit(
  await runCases({
    folder: import.meta.dirname,
    argv: process.argv.slice(2),
    keptIn: join(root, '.cache', 'full.json'),
  }),
)
