import { deepEqual, doesNotMatch, match } from 'node:assert/strict'
import type { Finished } from '../e2e/running-command.ts'

/** How a command must fail: with which code, and what its words must say. */
export type Refusal = Readonly<{ code: string; says: RegExp; exit?: 1 | 2 }>

const STACK = /\n\s+at |\bnode:internal|\bundefined\b|\[object /

/** It failed like that, in whole sentences, with one error as its last word and nothing for programmers. */
export function assertRefused(finished: Finished, { code, says, exit = 1 }: Refusal): void {
  const { said, stderr } = finished
  const error = said.at(-1)
  const message = String(error?.['message'])
  deepEqual(
    [finished.code, error?.event, error?.['code']],
    [exit, 'error', code],
    `${message} ${stderr}`,
  )
  match(message, says)
  // It may start with a path, or with whom it is about: `signal: …`.
  match(message, /^(?:[A-Z/]|[a-z0-9-]+: [A-Z]).*[.…]$/s)
  doesNotMatch(`${message}${stderr}`, STACK)
}
