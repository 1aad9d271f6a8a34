import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Bytes } from '../protocol/bytes.ts'
import type { KeptCustody } from '../protocol/custody/custody-machine.ts'
import { TransferError } from '../protocol/errors.ts'
import { parseInvitationText } from '../protocol/invitation-text.ts'
import type { Certificate } from '../protocol/record/certificate.ts'
import type { Directory } from '../protocol/record/directory.ts'
import { parseSeedUrl } from '../protocol/record/seed-url.ts'
import { CustodyLoop } from './custody/custody-loop.ts'
import { readKept, writeKept } from './custody/kept-file.ts'
import type { CreateCustody } from './custody-hook.ts'
import { openIdentity, type Identity } from './identity.ts'
import { DirectoryWatch } from './network/directory-watch.ts'
import { joinNetwork, keptMembership, openMembership } from './network/join-network.ts'
import { MembershipFiles, type Membership } from './network/membership-files.ts'
import { StateReporter } from './network/state-reporter.ts'
import { SeedLogger } from './seed-log.ts'
import type { SeedOptions } from './seed-options.ts'
import { startSeed, type RunningSeed } from './seed.ts'
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
  const urls = urlsOf(options, seed)
  const membership = await place.enter(urls[0] ?? seed.url)
  await files.writeMembership(membership)
  const loop = await custody
  const { url: signalUrl } = membership
  const learn = (directory: Directory): void => loop.learn(directory)
  stack.use(reportState({ seed, identity, signalUrl, urls }, parts))
  stack.use(new DirectoryWatch({ ...parts, store: files, signalUrl, networkKey, learn }))
  const certificate = openMembership(membership, identity.publicKey)
  const running = stack.move()
  return { ...seed, certificate, urls, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

/** A place in a network: taken already, or by an invitation once the seed listens. */
type Place = Pick<Certificate, 'operator' | 'jurisdiction'> &
  Readonly<{ networkKey: Bytes; enter: (url: string) => Promise<Membership> }>

async function findPlace(
  files: MembershipFiles,
  identity: Identity,
  { invitation: text, nowMs }: { invitation?: string; nowMs: number },
): Promise<Place> {
  const invitation = text === undefined ? undefined : parseInvitationText(text)
  const kept = await keptMembership(files, identity.publicKey, { invitation, nowMs })
  if (kept !== undefined) {
    const { operator, jurisdiction } = openMembership(kept, identity.publicKey)
    return { networkKey: kept.networkKey, operator, jurisdiction, enter: async () => kept }
  }
  if (invitation !== undefined) {
    const { operator, jurisdiction } = invitation.invitation
    const enter = (url: string): Promise<Membership> => joinNetwork(invitation, identity, url)
    return { networkKey: invitation.networkKey, operator, jurisdiction, enter }
  }
  const message =
    'This seed has no place in a network yet. Ask the network for an invitation to join with.'
  throw new TransferError('INVITATION_INVALID', message)
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

/** @throws {TransferError} USAGE, REQUEST_INVALID unless others can be told where the seed is. */
function checkUrls({ urls = [], host = '' }: SeedProcessOptions): void {
  for (const url of urls) parseSeedUrl(url)
  if (urls.length > 0 || !/^(0\.0\.0\.0|::)$/.test(host)) return
  throw new TransferError('USAGE', 'Say under which address others reach this seed.')
}

function urlsOf({ urls = [] }: SeedProcessOptions, seed: RunningSeed): readonly string[] {
  const reached = urls.length > 0 ? urls : [seed.url]
  return reached.map((url) => parseSeedUrl(url))
}
