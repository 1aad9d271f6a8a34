import { deriveHelpKey, deriveSwarmKey } from '../../protocol/key-schedule.ts'
import { decodeUtf8 } from '../../protocol/bytes.ts'
import { parseClientMessage } from '../../protocol/room/client-message.ts'
import { parsePayload } from '../../protocol/room/payload.ts'
import { decodeId, deriveMemberId, type MemberId } from '../../protocol/room/room-names.ts'
import { parseServerMessage } from '../../protocol/room/server-message.ts'
import { parseTokenUrl } from '../../protocol/token.ts'
import { openEnvelope } from '../../protocol/wire/envelope.ts'
import type { Overheard } from './signal-proxy.ts'

/** What a page said to somebody through the signal server, in the clear. */
export type SaidWord = Readonly<{ socket: number; to: 'peer' | 'seed'; text: string }>

/**
 * Opens all that pages said to others with a link, and reads all that they said to seeds.
 *
 * @throws {TransferError} ENVELOPE_INVALID if a single envelope does not open.
 */
export async function readWords(
  overheard: readonly Overheard[],
  link: string,
): Promise<SaidWord[]> {
  const { token } = parseTokenUrl(link)
  if (token.kind !== 'link') throw new Error('no link')
  const swarmKey = deriveSwarmKey(deriveHelpKey(token.secret), token.shareId)
  const names = new Map<number, MemberId>()
  const words: SaidWord[] = []
  for (const { socket, way, text } of overheard) {
    if (way === 'to-page') {
      const said = parseServerMessage(text)
      if (said.type === 'welcome') names.set(socket, said.member)
      continue
    }
    const said = parseClientMessage(text)
    if (said.type === 'call') {
      words.push({ socket, to: 'seed', text: decodeUtf8(parsePayload(said.payload)) })
    }
    if (said.type === 'join' && said.secret !== undefined) {
      names.set(socket, deriveMemberId(said.secret))
    }
    if (said.type !== 'relay') continue
    const { to, connection, payload } = said
    const from = decodeId(names.get(socket) ?? to)
    const route = { from, to: decodeId(to), connection: decodeId(connection) }
    const envelope = parsePayload(payload)
    const opened = await openEnvelope({ swarmKey, route, envelope })
    words.push({ socket, to: 'peer', text: decodeUtf8(opened.text) })
  }
  return words
}
