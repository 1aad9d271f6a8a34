import type { Hello } from '../wire/hello.ts'
import { WIRE_VERSION } from '../wire/hello.ts'
import type { ShareView } from './share-view.ts'

/** The readToken is shown to a seed, whose answer was signed, and to nobody else. */
export function helloTo(share: ShareView, isSeed: boolean): Hello {
  const { shareId, genesis, seq } = share
  const readToken = isSeed ? share.readToken : undefined
  return { type: 'hello', version: WIRE_VERSION, shareId, seq, genesis, readToken }
}
