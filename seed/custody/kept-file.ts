import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import type { KeptCustody } from '../../protocol/custody/custody-machine.ts'
import { countSchema, shareIdSchema } from '../../protocol/http/json.ts'
import { replaceFile } from '../durable-file.ts'

const keptSchema = v.object({
  seenMs: countSchema(),
  freshSinceMs: v.optional(countSchema()),
  outside: v.array(v.tuple([shareIdSchema, countSchema()])),
})

/** What custody knew when this seed ran last. It is a cache: without it, everything waits for longer. */
export async function readKept(path: string): Promise<KeptCustody | undefined> {
  try {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'))
    const { seenMs, freshSinceMs, outside } = v.parse(keptSchema, json)
    return { seenMs, freshSinceMs, outside: new Map(outside) }
  } catch {
    // Not there, torn or of another version: a fresh start is always safe.
    return undefined
  }
}

export async function writeKept(
  path: string,
  { seenMs, freshSinceMs, outside }: KeptCustody,
): Promise<void> {
  await replaceFile(path, JSON.stringify({ seenMs, freshSinceMs, outside: [...outside] }))
}
