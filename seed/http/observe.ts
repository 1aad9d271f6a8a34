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
  address: string
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
  app.addHook('onRequest', async (request, reply) => {
    const startMs = performance.now()
    const { socket } = request.raw
    const [written, read] = [socket.bytesWritten, socket.bytesRead]
    reply.raw.once('close', () => {
      observer.answered?.({
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.raw.statusCode,
        isFinished: reply.raw.writableFinished,
        ms: Math.round(performance.now() - startMs),
        shareId: idOf(request.params),
        address: request.ip,
        sentBytes: Math.max(0, socket.bytesWritten - written),
        receivedBytes: Math.max(0, socket.bytesRead - read),
      })
    })
  })
}

function idOf(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('id' in params)) return undefined
  return typeof params.id === 'string' ? params.id : undefined
}
