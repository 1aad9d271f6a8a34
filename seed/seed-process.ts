import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { RtcPort } from '../client/engine/net/rtc-port.ts'
import type { KeptCustody } from '../protocol/custody/custody-machine.ts'
import type { Certificate } from '../protocol/record/certificate.ts'
import type { Directory } from '../protocol/record/directory.ts'
import { CustodyLoop } from './custody/custody-loop.ts'
import { readKept, writeKept } from './custody/kept-file.ts'
import type { CreateCustody } from './custody-hook.ts'
import { openIdentity, type Identity } from './identity.ts'
import { DirectoryWatch } from './network/directory-watch.ts'
import { findPlace } from './network/find-place.ts'
import { openMembership } from './network/join-network.ts'
import { MembershipFiles } from './network/membership-files.ts'
import { checkUrls, urlsOf } from './network/own-urls.ts'
import { StateReporter } from './network/state-reporter.ts'
import { SeedLogger } from './seed-log.ts'
import type { SeedOptions } from './seed-options.ts'
import { startSeed, type RunningSeed } from './seed.ts'
import { openSwarm } from './swarm/open-swarm.ts'
import { defaultSeedTiming, type SeedTiming } from './seed-timing.ts'

/** What `skerry seed` is started with. Whatever is left out has a default. */
export type SeedProcessOptions = Readonly<
  Omit<SeedOptions, 'key' | 'networkKey' | 'custody' | 'operator' | 'jurisdiction'> & {
    /** Folder of key, membership and kept directory. Outside `dir`, so that an emptied seed comes back as itself. */
    identityDir: string
    /** `seed.key` in `identityDir` unless told. */
    keyFile?: string
    /** Text of an invitation: needed once. */
    invitation?: string
    /** Where others reach this seed, best first; where it listens unless told. */
    urls?: readonly string[]
    timing?: Partial<SeedTiming>
    /** Makes the seed a peer as well, where this machine has WebRTC. */
    openRtc?: () => Promise<RtcPort | undefined>
  }
>

/** A seed that is a member of its network. Disposing of it ends it in order. */
export type SeedProcess = RunningSeed &
  Readonly<{
    certificate: Certificate
    /** Where others reach it. */
    urls: readonly string[]
  }>

const UINT32 = 2 ** 32

/**
 * Starts a seed: its identity, its store and servers, its place in the network, and custody.
 *
 * @throws {TransferError} INVITATION_INVALID, NETWORK_UNREACHABLE or NETWORK_MISMATCH where it has no place in the
 *   network yet; FOLDER_IN_USE, PORT_IN_USE, FILE_UNREADABLE, USAGE.
 */
export async function startSeedProcess(options: SeedProcessOptions): Promise<SeedProcess> {
  checkUrls(options)
  await using stack = new AsyncDisposableStack()
  const { identityDir, keyFile = join(identityDir, 'seed.key') } = options
  const files = new MembershipFiles(identityDir)
  const identity = await openIdentity(keyFile)
  const parts = partsOf(options)
  const place = await findPlace(files, identity, { ...options, nowMs: parts.nowMs() })
  const { networkKey, operator, jurisdiction } = place
  const { custody, create } = await createCustody(options, parts)
  const claims = { key: identity.key, networkKey, operator, jurisdiction }
  const seed = stack.use(await startSeed({ ...options, ...claims, custody: create }))
  const urls = urlsOf(options, seed.url)
  const membership = await place.enter(urls[0] ?? seed.url)
  await files.writeMembership(membership)
  const loop = await custody
  const { url: signalUrl } = membership
  const learn = (directory: Directory): void => loop.learn(directory)
  stack.use(reportState({ seed, identity, signalUrl, urls }, parts))
  const watch = new DirectoryWatch({ ...parts, store: files, signalUrl, networkKey, learn })
  stack.use(watch)
  const port = await options.openRtc?.()
  if (port !== undefined) {
    const { key } = identity
    const linksMax = options.limits?.peers
    stack.use(openSwarm({ ...parts, seed, key, signalUrl, watch, port, linksMax }))
  }
  const certificate = openMembership(membership, identity.publicKey)
  const running = stack.move()
  return { ...seed, certificate, urls, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

type ProcessParts = Readonly<{
  timing: SeedTiming
  random: () => number
  nowMs: () => number
  onError: (error: unknown) => void
}>

function partsOf({ timing, nowMs = Date.now, log }: SeedProcessOptions): ProcessParts {
  const logger = new SeedLogger(log ?? (() => undefined))
  return {
    timing: { ...defaultSeedTiming, ...timing },
    random: () => randomBytes(4).readUInt32BE() / UINT32,
    nowMs,
    onError: (error) => logger.failed('custody', error),
  }
}

/** The seed makes its custody once it listens; until then there is only a promise of it. */
async function createCustody(
  { dir }: SeedProcessOptions,
  { timing, random, onError }: ProcessParts,
): Promise<{ custody: Promise<CustodyLoop>; create: CreateCustody }> {
  const keptFile = join(dir, 'custody.json')
  const kept = await readKept(keptFile)
  const { promise: custody, resolve } = Promise.withResolvers<CustodyLoop>()
  const keep = (known: KeptCustody): Promise<void> => writeKept(keptFile, known)
  const create: CreateCustody = (deps) => {
    const loop = new CustodyLoop(deps, { timing, fillTiming: timing, random, kept, keep, onError })
    resolve(loop)
    return loop
  }
  return { custody, create }
}

type Member = Readonly<{
  seed: RunningSeed
  identity: Identity
  signalUrl: string
  urls: readonly string[]
}>

function reportState(
  { seed, identity, signalUrl, urls }: Member,
  parts: ProcessParts,
): StateReporter {
  const { id: seedId, key } = identity
  return new StateReporter({ ...parts, signalUrl, seedId, key, urls, getState: seed.status })
}
