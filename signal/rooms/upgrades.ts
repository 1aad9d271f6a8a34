import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import proxyAddr from '@fastify/proxy-addr'
import { TransferError } from '../../protocol/errors.ts'
import { addressKey } from '../../protocol/http/address.ts'
import { answerError } from '../../protocol/http/error-body.ts'
import { bareHeaders } from '../page-headers.ts'
import type { Rooms } from './rooms.ts'

export const ROOMS_PATH = '/v1/rooms'

export type UpgradeRules = Readonly<{
  /** Whose pages may open a socket; any unless told. Programs have no origin. */
  allowOrigins: readonly string[] | undefined
  /** Whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[]
}>

/** For the HTTP server: any other request goes its usual way, whatever it would like to become. */
export function isRoomUpgrade({ url = '', headers }: IncomingMessage): boolean {
  return url.split('?', 1)[0] === ROOMS_PATH && headers.upgrade?.toLowerCase() === 'websocket'
}

/**
 * Lets requests to become a WebSocket into the rooms. They pass by fastify, whose hooks take three times as
 * long as all the rest: after a restart everyone comes at once.
 */
export function acceptUpgrades(server: Server, rooms: Rooms, rules: UpgradeRules): void {
  const isTrusted = proxyAddr.compile([...rules.trustedProxies])
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', destroy)
    try {
      checkOrigin(request.headers.origin, rules.allowOrigins)
      rooms.accept({ request, socket, head, address: addressKey(proxyAddr(request, isTrusted)) })
    } catch (error) {
      refuse(socket, error)
    } finally {
      socket.off('error', destroy)
    }
  })
}

/** Another site's page comes with its visitor's address, and would use up the visitor's share of this server. */
function checkOrigin(origin: string | undefined, allowed: readonly string[] | undefined): void {
  if (origin === undefined || allowed === undefined || allowed.includes(origin)) return
  throw new TransferError('TOKEN_WRONG', 'This network takes no pages of other sites.')
}

function refuse(socket: Duplex, error: unknown): void {
  const { status, body } = answerError(error)
  const text = JSON.stringify(body)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...Object.entries(bareHeaders).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.on('error', destroy)
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy())
}

function destroy(this: Duplex): void {
  this.destroy()
}
