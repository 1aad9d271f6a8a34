import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Bytes } from '../protocol/bytes.ts'
import { DIRECTORY_INTERVAL_MS, roomRules, SEED_GONE_MS } from '../protocol/limits.ts'
import { createApp } from './app.ts'
import { Authority } from './authority.ts'
import { LocalRoomBus } from './bus/local-room-bus.ts'
import { lockFolder } from './folder-lock.ts'
import { SignalMetrics } from './metrics.ts'
import { openNetworkKey, type NetworkKey } from './network-key.ts'
import type { Log, LogLine, SignalOptions } from './options.ts'
import { isPublicUrl } from './public-url.ts'
import type { RegistryRules } from './registry.ts'
import { Rooms } from './rooms/rooms.ts'
import { addRoutes } from './routes/routes.ts'

/** A signal server that does not listen. */
export interface OpenSignal extends AsyncDisposable {
  readonly app: FastifyInstance
  /** Ed25519 public key of the network, 32 bytes. */
  readonly networkKey: Bytes
}

/**
 * Takes the folder and makes everything ready but the listening.
 *
 * @throws {TransferError} FOLDER_IN_USE, FILE_UNREADABLE, NETWORK_MISMATCH, USAGE
 */
export async function openSignal(options: SignalOptions): Promise<OpenSignal> {
  const { dir, keyFile, log = logFailure } = options
  await using stack = new AsyncDisposableStack()
  await mkdir(dir, { recursive: true, mode: 0o700 })
  stack.use(await lockFolder(dir))
  const key = await openNetworkKey(keyFile)
  const authority = stack.use(await openAuthority(options, key, log))
  const rooms = openRooms(options, authority, key, log)
  const metrics = new SignalMetrics(authority, rooms)
  const app = createApp(options, (line) => {
    metrics.count(line)
    log(line)
  })
  stack.defer(async () => {
    await app.close()
  })
  // Ends before the app, which waits for every socket.
  stack.use(rooms)
  addRoutes(app, { authority, rooms, metrics, networkKey: key.publicKey, options })
  await app.ready()
  const opened = stack.move()
  const close = (): Promise<void> => opened.disposeAsync()
  return { app, networkKey: key.publicKey, [Symbol.asyncDispose]: close }
}

async function openAuthority(
  options: SignalOptions,
  key: NetworkKey,
  log: Log,
): Promise<Authority> {
  const { dir, nowMs = Date.now } = options
  const stateFile = join(dir, 'network.json')
  const report = (error: unknown): void => log({ event: 'failed', error })
  return Authority.open({ key, stateFile, rules: rulesOf(options), nowMs, report })
}

function openRooms(
  options: SignalOptions,
  authority: Authority,
  { publicKey: networkKey }: NetworkKey,
  log: Log,
): Rooms {
  const { nowMs = Date.now, rooms: changes } = options
  return new Rooms({
    networkKey,
    nowMs,
    rules: { ...roomRules, ...changes },
    isListed: (seedId) => authority.isListed(seedId),
    createBus: (deliver) => new LocalRoomBus(deliver, nowMs),
    report: (error) => log({ event: 'failed', route: '/v1/rooms', error }),
  })
}

function rulesOf(options: SignalOptions): RegistryRules {
  const { directoryIntervalMs = DIRECTORY_INTERVAL_MS, stateGraceMs = SEED_GONE_MS } = options
  const isAllowedUrl = options.isLoopback === true ? () => true : isPublicUrl
  return { directoryIntervalMs, stateGraceMs, isAllowedUrl }
}

/** What nobody waited for must not pass unseen. */
function logFailure(line: LogLine): void {
  if (line.event === 'failed') console.error('signal:', line.route ?? '', line.error)
}
