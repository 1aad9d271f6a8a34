import { createHmac } from 'node:crypto'
import type { IceServer } from '../protocol/http/signal-json.ts'
import { TURN_CREDENTIAL_LIFE_MS, TURN_CREDENTIAL_STEP_MS } from '../protocol/limits.ts'

/** A TURN server that gives out no names of its own: it takes what whoever knows its secret signs. */
export type TurnServer = Readonly<{
  /** `turn:` and `turns:` URLs, with `?transport=` where it matters. */
  urls: readonly string[]
  /** coturn's `static-auth-secret`. */
  secret: string
}>

/**
 * Leave to use the TURN server for a while, as coturn's `use-auth-secret` takes it: the name is the second at
 * which it ends, the password HMAC-SHA1 of the name. All who ask within TURN_CREDENTIAL_STEP_MS get the same,
 * so that it tells nobody from another.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00
 */
export function turnCredentials({ urls, secret }: TurnServer, nowMs: number): IceServer {
  const stepMs = Math.floor(nowMs / TURN_CREDENTIAL_STEP_MS) * TURN_CREDENTIAL_STEP_MS
  const username = String(Math.floor((stepMs + TURN_CREDENTIAL_LIFE_MS) / 1000))
  const credential = createHmac('sha1', secret).update(username).digest('base64')
  return { urls, username, credential }
}
