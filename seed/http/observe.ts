import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** One answered request: the route and never the address asked for, which holds an id. */
export type Answered = Readonly<{
  method: string
  route: string
  status: number
  /** False if the connection ended before the answer did. */
  isFinished: boolean
  ms: number
  /** As in the path; not for logs as it stands. */
  shareId: string | undefined
  /** Undefined where the connection was gone before it could be asked. */
  address: string | undefined
  sentBytes: number
  receivedBytes: number
}>

/** Who is told what the public server does. */
export type Observer = Readonly<{
  answered?: (answer: Answered) => void
  failed?: (route: string, error: unknown) => void
}>

/** Tells of every answer once it is out, streamed ones too. */
export function observe(app: FastifyInstance, observer: Observer): void {
  const counter = new ByteCounter()
  app.addHook('onRequest', async (request, reply) => {
    const startMs = performance.now()
    const { socket } = request.raw
    // Asked now: once it is closed, a connection has no address.
    const address: string | undefined = request.ip
    reply.raw.once('close', () => {
      observer.answered?.({
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.raw.statusCode,
        isFinished: reply.raw.writableFinished,
        ms: Math.round(performance.now() - startMs),
        shareId: idOf(request.params),
        address,
        ...counter.count(socket),
      })
    })
  })
}

/** Counts what passed a connection since it was asked last: a request's head and part of its body come in one. */
class ByteCounter {
  readonly #counted = new WeakMap<Socket, Readonly<{ written: number; read: number }>>()

  count(socket: Socket): Readonly<{ sentBytes: number; receivedBytes: number }> {
    const { bytesWritten: written, bytesRead: read } = socket
    const before = this.#counted.get(socket) ?? { written: 0, read: 0 }
    this.#counted.set(socket, { written, read })
    return { sentBytes: written - before.written, receivedBytes: read - before.read }
  }
}

function idOf(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('id' in params)) return undefined
  return typeof params.id === 'string' ? params.id : undefined
}
