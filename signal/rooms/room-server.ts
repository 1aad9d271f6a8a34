import { WebSocketServer } from 'ws'
import {
  ROOM_CLOSE_MS,
  ROOM_FRAGMENTS_MAX,
  ROOM_FRAME_BYTES_MAX,
  ROOM_PIECES_MAX,
} from '../../protocol/limits.ts'

/** What one socket may make the server keep. test/THREATS.md, C05. */
const hardening = {
  maxPayload: ROOM_FRAME_BYTES_MAX,
  maxFragments: ROOM_FRAGMENTS_MAX,
  maxBufferedChunks: ROOM_PIECES_MAX,
  // Most of what is said is noise, and a compressor is a hundred times what a socket takes.
  perMessageDeflate: false,
  closeTimeout: ROOM_CLOSE_MS,
} as const

/** A WebSocket server without a listening of its own. */
export function createRoomServer(): WebSocketServer {
  // The rooms keep a table of their members themselves.
  return new WebSocketServer({ noServer: true, clientTracking: false, ...hardening })
}
