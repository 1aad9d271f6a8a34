import { deriveHelpKey } from '../../protocol/key-schedule.ts'
import { Download } from '../engine/receive/download.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import { openContent, openKeys, type ShareContent } from '../engine/receive/share-content.ts'
import { ResealShelf } from '../engine/swarm/reseal-shelf.ts'
import { FileSink } from '../node/file-sink.ts'
import { PlacedStream } from '../node/placed-stream.ts'
import { chooseNetwork } from './choose-network.ts'
import { CommandSwarm, swarmPortsOf, type CommandPorts, tellIfNoRelay } from './command-swarm.ts'
import { GetWatch, usualPatience, type GetPatience } from './get-watch.ts'
import { openSession, SERVING_LOOK_MS } from './open-session.ts'
import type { Output } from './output.ts'
import { readLinkToken } from './read-token.ts'
import { ServingSink } from './serving-sink.ts'
import { readSecret } from './secret-input.ts'
import type { CommandContext } from './send-watch.ts'
import { serveOthers } from './serve-others.ts'

export type GetOptions = Readonly<{
  /** A link, or `-` or `@FILE` where it stands. */
  link: string
  outputDir: string
  passwordFile?: string
  network?: string
  /** False: nothing is fetched from, or said to, anybody but seeds. */
  peers?: boolean
  /** Others are spoken to over TURN servers only: none sees the address of this machine. */
  relayOnly?: boolean
  /** Goes on serving others from the saved files, until it is stopped or the share ends. */
  keepServing?: boolean
  /** Of what is given to others within 24 hours; no bound if undefined. */
  dailyBytesMax?: number
  patience?: GetPatience
}>

type Saving = Readonly<{ output: Output; watch: GetWatch; swarm: CommandSwarm | undefined }>

/**
 * `skerry get`: fetches a share, goes on where an earlier try ended, and returns only when all of it is complete,
 * verified and durable in the target folder.
 *
 * @throws {TransferError} What went wrong, what was kept and what to do.
 */
export async function runGet(options: GetOptions, context: CommandContext): Promise<void> {
  const { output, signal } = context
  const { token, origin } = await readLinkToken(options.link)
  const { passwordFile, patience = usualPatience, dailyBytesMax = Infinity } = options
  const password =
    passwordFile === undefined ? undefined : await readSecret(passwordFile, 'the password')
  const choice = chooseNetwork(options.network, origin)
  const helpKey = deriveHelpKey(token.secret)
  const sealedLookMs = options.keepServing === true ? SERVING_LOOK_MS : undefined
  const opened = await openSession({ ...token, helpKey }, { choice, signal, sealedLookMs })
  await using session = opened.session
  const ports = options.peers === false ? undefined : swarmPortsOf(opened, context.openRtc, output)
  const privacy = options.relayOnly === true ? 'relayed' : 'direct'
  if (privacy === 'relayed') tellIfNoRelay(opened, output)
  using swarm = ports && new CommandSwarm({ session, helpKey, privacy, ports, dailyBytesMax })
  const isElsewhere = origin !== undefined && origin !== choice.url
  using watch = new GetWatch({ session, output, isElsewhere, patience })
  // One password, given once: a wrong one is not asked for again.
  const ask = (isRetry: boolean): Promise<string | undefined> => {
    watch.busyWith('Making the keys from the password.')
    return Promise.resolve(isRetry ? undefined : password)
  }
  const keys = await openKeys(session, token.secret, ask)
  watch.busyWith(undefined)
  const content = await openContent(session, keys)
  await save(content, options.outputDir, { output, watch, swarm })
  if (options.keepServing !== true || swarm === undefined) return
  const obstacle = await obstacleToServing(session, ports)
  const message =
    obstacle ??
    'Serving others from the saved files, until you stop it with Ctrl-C or the share ends.'
  output.event({ event: 'note', message })
  if (obstacle !== undefined) return
  const end = await serveOthers({ swarm, session }, context)
  if (end !== undefined) output.event({ event: 'note', message: end })
}

/** Why nothing can be served to others; undefined if it can. */
async function obstacleToServing(
  session: ShareSession,
  ports: Promise<CommandPorts | undefined> | undefined,
): Promise<string | undefined> {
  const { peersForbidden } = await session.genesis()
  if (peersForbidden)
    return 'The sender of this share lets nobody but seeds carry it: nothing is served to others.'
  if ((await ports) !== undefined) return undefined
  return 'There is no WebRTC for this machine: it cannot serve others.'
}

async function save(
  content: ShareContent,
  target: string,
  { output, watch, swarm }: Saving,
): Promise<void> {
  const { session, layout, keys } = content
  const { shareId } = session
  watch.busyWith(`Opening the output folder ${target}: its disk has not answered yet.`)
  await using sink = await FileSink.open({ target, shareId, layout })
  const plan = { shareId, keys, chunkCount: layout.chunkCount }
  swarm?.open(new ResealShelf({ ...plan, readPlain: (chunk) => sink.read(chunk) }))
  if (!sink.isFinished) {
    const serving = new ServingSink(sink, (indexes) => swarm?.hold(indexes))
    // Written in place, it may come in any order, and others who fetch it now begin elsewhere.
    const order = swarm === undefined ? {} : { random: Math.random }
    const download = new Download({ content, sink: serving, ...order })
    watch.follow(download)
    await download.run(session.signal)
    // The last word on progress is that all of it is there.
    watch.tick()
  }
  // What is being moved is not read: others get it again from where it will lie.
  swarm?.close()
  const files = await sink.finish()
  if (swarm !== undefined) {
    const placed = await PlacedStream.open(layout, target, files)
    swarm.open(new ResealShelf({ ...plan, readPlain: (chunk) => placed.read(chunk) }))
    swarm.hold(Array.from({ length: layout.chunkCount }, (_, chunk) => chunk))
    swarm.complete(layout.chunkCount)
  }
  // Nothing is said after this.
  watch[Symbol.dispose]()
  output.event({ event: 'complete', files })
}
