import type { FastifyInstance } from 'fastify'
import type { Bytes } from '../protocol/bytes.ts'
import { assert, TransferError } from '../protocol/errors.ts'
import { isSystemError } from './durable-file.ts'
import { openSignal } from './open-signal.ts'
import type { SignalOptions } from './options.ts'

export interface RunningSignal extends AsyncDisposable {
  /** Where it listens, as a person on this machine would write it. */
  readonly url: string
  /** Ed25519 public key of the network, 32 bytes. */
  readonly networkKey: Bytes
  close(): Promise<void>
}

/**
 * Starts the signal server with the network key; resolves once it answers.
 *
 * @throws {TransferError} PORT_IN_USE, FOLDER_IN_USE, FILE_UNREADABLE, NETWORK_MISMATCH, USAGE
 */
export async function startSignal(options: SignalOptions): Promise<RunningSignal> {
  await using stack = new AsyncDisposableStack()
  const { app, networkKey } = stack.use(await openSignal(options))
  const url = await listen(app, options)
  const running = stack.move()
  const close = (): Promise<void> => running.disposeAsync()
  return { url, networkKey, close, [Symbol.asyncDispose]: close }
}

async function listen(app: FastifyInstance, { host, port }: SignalOptions): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    if (isSystemError(cause, 'EADDRINUSE')) {
      const message = `Port ${port} on ${host} is in use. Stop what uses it, or choose another with --port.`
      throw new TransferError('PORT_IN_USE', message, { cause })
    }
    const message = `This machine cannot listen on port ${port} of ${host}.`
    throw new TransferError('USAGE', message, { cause })
  }
  const address = app.server.address()
  assert(typeof address === 'object' && address !== null, 'a server that listens')
  return `http://${nameOf(host)}:${address.port}`
}

/** A host as it stands in a URL; one that means every address is reached as this machine. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
