import { TransferError } from '../../protocol/errors.ts'
import { deriveHelpKey } from '../../protocol/key-schedule.ts'
import type { LinkToken } from '../../protocol/token.ts'
import { openKeptNetwork, openNetwork } from '../engine/network.ts'
import { Download } from '../engine/receive/download.ts'
import { openContent, type ShareContent } from '../engine/receive/share-content.ts'
import { ShareSession } from '../engine/receive/share-session.ts'
import { FileSink } from '../node/file-sink.ts'
import { FileNetworks } from '../node/network-store.ts'
import { SeenFiles } from '../node/seen-files.ts'
import { openStateDir } from '../node/state-dir.ts'
import { chooseNetwork, type NetworkChoice } from './choose-network.ts'
import { GetWatch, usualPatience, type GetPatience } from './get-watch.ts'
import type { Output } from './output.ts'
import { readLinkToken } from './read-token.ts'
import { readSecret } from './secret-input.ts'

export type GetOptions = Readonly<{
  /** A link, or `-` or `@FILE` where it stands. */
  link: string
  outputDir: string
  passwordFile?: string
  network?: string
  patience?: GetPatience
}>

type CommandContext = Readonly<{ output: Output; signal: AbortSignal }>

/**
 * `skerry get`: fetches a share, goes on where an earlier try ended, and returns only when all of it is complete,
 * verified and durable in the target folder.
 *
 * @throws {TransferError} What went wrong, what was kept and what to do.
 */
export async function runGet(options: GetOptions, context: CommandContext): Promise<void> {
  const { output, signal } = context
  const { token, origin } = await readLinkToken(options.link)
  const { passwordFile, patience = usualPatience } = options
  const password =
    passwordFile === undefined ? undefined : await readSecret(passwordFile, 'the password')
  const choice = chooseNetwork(options.network, origin)
  await using session = await openSession(token, choice)
  const stop = (): void => session.end(reasonOf(signal))
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const isElsewhere = origin !== undefined && origin !== choice.url
  using watch = new GetWatch({ session, output, isElsewhere, patience })
  // One password, given once: a wrong one is not asked for again.
  const ask = (isRetry: boolean): Promise<string | undefined> => {
    return Promise.resolve(isRetry ? undefined : password)
  }
  const content = await openContent(session, token.secret, ask)
  await save(content, options.outputDir, { output, watch })
}

async function save(
  content: ShareContent,
  target: string,
  { output, watch }: Readonly<{ output: Output; watch: GetWatch }>,
): Promise<void> {
  const { session, layout } = content
  await using sink = await FileSink.open({ target, shareId: session.shareId, layout })
  if (!sink.isFinished) {
    const download = new Download({ content, sink })
    watch.follow(download)
    await download.run(session.signal)
    // The last word on progress is that all of it is there.
    watch.tick()
  }
  const files = await sink.finish()
  // Nothing is said after this.
  watch[Symbol.dispose]()
  output.event({ event: 'complete', files })
}

async function openSession(token: LinkToken, choice: NetworkChoice): Promise<ShareSession> {
  const networks = new FileNetworks(await openStateDir('networks'))
  const seen = new SeenFiles(await openStateDir('seen'))
  const kept = await openKeptNetwork(networks, choice.url, choice.pinned)
  const asked = openNetwork(networks, choice.url, choice.pinned)
  // A directory from before is good for reading: one round trip less, and the newer one is used when it is there.
  const { directory } = kept ?? (await asked)
  const session = new ShareSession({
    shareId: token.shareId,
    helpKey: deriveHelpKey(token.secret),
    seeds: directory.seeds,
    seen,
    random: Math.random,
  })
  asked.then(
    (network) => session.setSeeds(network.directory.seeds),
    (cause: unknown) => {
      // That it cannot be reached says nothing against what is known; another key does.
      if (cause instanceof TransferError && cause.code === 'NETWORK_MISMATCH') session.end(cause)
    },
  )
  return session
}

function reasonOf(signal: AbortSignal): TransferError {
  const reason: unknown = signal.reason
  if (reason instanceof TransferError) return reason
  return new TransferError('STOPPED', 'Stopped. The same command goes on from here.', {
    cause: reason,
  })
}
