#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander'
import { resolve } from 'node:path'
import {
  parseCode,
  parseCodes,
  parseGigabytes,
  parsePort,
  parseReplicas,
  parseTime,
} from './client/cli/option-values.ts'
import { TransferError } from './protocol/errors.ts'
import { LinkAllowance } from './client/engine/net/link-allowance.ts'
import type { RtcPort } from './client/engine/net/rtc-port.ts'
import { LINKS_MAX, LINKS_PER_MINUTE_MAX } from './protocol/limits.ts'
import type {
  GetFlags,
  HealFlags,
  HelpFlags,
  OwnerFlags,
  SendFlags,
  ShareFlags,
} from './skerry-flags.ts'
import { EXIT_DONE, EXIT_USAGE, reportFailure, run, runTransfer, sentenceOf } from './skerry-run.ts'
import type { DrainFlags, SeedFlags } from './skerry-seed.ts'
import type { InviteFlags, SignalFlags } from './skerry-signal.ts'
import type { UpFlags } from './skerry-up.ts'

const WEEK_MS = 7 * 86_400_000
const HELP_BYTES = 2e9
/** The same as a page gives unless told otherwise. */
const DAILY_BYTES = 10e9

const program = new Command('skerry')
  .description('Send files that only your people can open. Seeds in two jurisdictions keep them.')
  .version('0.1.0')
  .exitOverride()
  .configureOutput({ outputError: () => undefined })

/** A command with the options that all of them have. */
function command(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--json', 'print one JSON object a line')
    .addOption(new Option('--with-parent', 'end when standard input closes').hideHelp())
}

/** A command about one share of some network. */
function shareCommand(name: string, description: string): Command {
  const text = 'URL or URL#key of the network (default: host of the link, then SKERRY_NETWORK)'
  return command(name, description).option('--network <URL>', text)
}

/** A command that runs a server. */
function serverCommand(name: string, description: string, port: number): Command {
  return command(name, description)
    .option('--port <PORT>', 'port to listen on, 0 for any', parsePort, port)
    .option('--host <HOST>', 'address to listen on', '127.0.0.1')
    .addOption(dirOption())
}

/** A command that runs a signal server. */
function withIce(made: Command): Command {
  return made
    .option('--stun <URL...>', 'STUN servers that peers may ask for their address')
    .option('--turn <URL...>', 'URLs of a TURN server, which relays where nothing else connects')
    .option('--turn-secret-file <FILE>', 'its shared secret (static-auth-secret of coturn)')
}

/** Of a server whose bounds are for each address. */
function proxyOption(): Option {
  const text = 'proxies in front of it, or their subnets, whose X-Forwarded-For it believes'
  return new Option('--trust-proxy <ADDRESS...>', text)
}

/** Of a command that speaks to others, unless `--no-peers` says not to. */
function relayOption(text: string): Option {
  return new Option('--relay-only', text).conflicts('peers')
}

/** Of a command that serves others. */
function dailyOption(): Option {
  const text = 'how much to give to others within 24 hours at most'
  return new Option('--daily <GB>', text).argParser(parseGigabytes)
}

function dirOption(): Option {
  return new Option('--dir <DIR>', 'where the data lies')
    .argParser((text) => resolve(text))
    .default(resolve('.skerry'), '.skerry')
}

const password = [
  '--password-file <FILE>',
  'the password, from a file or - for standard input',
] as const
const ownerToken = [
  '--token-file <FILE>',
  'the owner token that send printed, from a file or - for standard input',
] as const
const LINK = 'the link; - for standard input, @FILE for a file'

withIce(serverCommand('up', 'run a whole network on this machine: app, signal server, seeds', 8080))
  .addOption(
    new Option('--seeds <CODES>', 'country codes, one seed each')
      .argParser(parseCodes)
      .default(['NZ', 'DE'], 'NZ,DE'),
  )
  .option('--access-token-file <FILE>', 'store only for who shows this token')
  .option('--no-restart', 'do not start a process again that ended')
  .action((flags: UpFlags) =>
    run(flags, async (context) => (await import('./skerry-up.ts')).up(flags, context)),
  )

shareCommand('send', 'encrypt files and folders and store them; prints the link at once')
  .argument('<PATH...>', 'files and folders; - for standard input')
  .option(...password)
  .addOption(
    new Option('--expires <TIME>', 'how long to keep it: 30min, 12h, 7d')
      .argParser(parseTime)
      .default(WEEK_MS, '7d'),
  )
  .option('--replicas <N>', 'how many seeds keep it', parseReplicas, 2)
  .addOption(
    new Option('--deny <CODES>', 'country codes that must not hold it')
      .argParser(parseCodes)
      .default([], 'none'),
  )
  .option('--access-token-file <FILE>', 'for networks that store only for members')
  .option('--no-peers', 'let nobody but seeds carry it')
  .addOption(
    relayOption('let people carry it over TURN servers only: none sees the address of another'),
  )
  .addOption(dailyOption().default(Infinity, 'as much as they take'))
  .action((paths: string[], flags: SendFlags) =>
    runTransfer(flags, async (context) => {
      const { runSend } = await import('./client/cli/send.ts')
      const { expires: expiresInMs, daily: dailyBytesMax, ...rest } = flags
      await runSend({ ...rest, paths, expiresInMs, dailyBytesMax }, { ...context, openRtc })
    }),
  )

shareCommand('get', 'fetch a share; the same command goes on where it was stopped')
  .argument('<LINK>', LINK)
  .option('-o, --output-dir <DIR>', 'where to put the files', '.')
  .option(...password)
  .option('--no-peers', 'fetch from seeds only')
  .addOption(
    relayOption('fetch from people over TURN servers only, who then do not see your address'),
  )
  .addOption(
    new Option(
      '--keep-serving',
      'then serve others from the saved files, until it is stopped or the share ends',
    ).conflicts('peers'),
  )
  .addOption(dailyOption().default(DAILY_BYTES, '10'))
  .action((link: string, flags: GetFlags) =>
    runTransfer(flags, async (context) => {
      const { runGet } = await import('./client/cli/get.ts')
      const { daily: dailyBytesMax, ...rest } = flags
      await runGet({ ...rest, link, dailyBytesMax }, { ...context, openRtc })
    }),
  )

shareCommand('help-share', 'help carry a share to others, without being able to read it')
  .requiredOption(
    '--token-file <FILE>',
    'the helper token that send printed, from a file or - for standard input',
  )
  .addOption(
    new Option('--capacity <GB>', 'how much to keep at most')
      .argParser(parseGigabytes)
      .default(HELP_BYTES, '2'),
  )
  .addOption(dailyOption().default(DAILY_BYTES, '10'))
  .action((flags: HelpFlags) =>
    run(flags, async (context) => {
      const { runHelpShare } = await import('./client/cli/help-share.ts')
      const { capacity: capacityBytes, daily: dailyBytesMax, ...rest } = flags
      await runHelpShare({ ...rest, capacityBytes, dailyBytesMax }, { ...context, openRtc })
    }),
  )

shareCommand('status', 'who keeps a share: seeds, receipts, and a random chunk from each')
  .argument('<LINK>', LINK)
  .action((link: string, flags: ShareFlags) =>
    run(flags, async (context) =>
      (await import('./client/cli/status.ts')).runStatus({ ...flags, link }, context),
    ),
  )

shareCommand('heal', 'bring back what seeds lost, from the same files')
  .argument('<LINK>', LINK)
  .argument('<PATH...>', 'the files and folders that were sent')
  .option(...password)
  .option('--access-token-file <FILE>', 'for networks that store only for members')
  .action((link: string, paths: string[], flags: HealFlags) =>
    runTransfer(flags, async (context) =>
      (await import('./client/cli/heal.ts')).runHeal({ ...flags, link, paths }, context),
    ),
  )

shareCommand('delete', 'delete a share everywhere')
  .requiredOption(...ownerToken)
  .action((flags: OwnerFlags) =>
    run(flags, async (context) =>
      (await import('./client/cli/delete.ts')).runDelete(flags, context),
    ),
  )

shareCommand('extend', 'keep a share for longer')
  .requiredOption(...ownerToken)
  .requiredOption('--expires <TIME>', 'from now: 12h, 30d', parseTime)
  .action((flags: OwnerFlags & { expires: number }) =>
    run(flags, async (context) => {
      const { runExtend } = await import('./client/cli/extend.ts')
      const { expires: expiresInMs, ...rest } = flags
      await runExtend({ ...rest, expiresInMs }, context)
    }),
  )

withIce(
  serverCommand('signal', 'run the signal server: directory, grants and rooms of a network', 8080),
)
  .option('--key-file <FILE>', 'the network key; made at the first start (default: in DIR/keys)')
  .option('--name <NAME>', 'what the network is called', 'Skerry')
  .option('--app <DIR>', 'folder of the built page (default: dist beside the command)')
  .option('--access-token-file <FILE>', 'store only for who shows this token')
  .option('--allow-origin <URL...>', 'pages of these origins only may ask (default: any)')
  .option('--loopback', 'everything is on this machine: no https')
  .addOption(proxyOption())
  .addOption(new Option('--directory-interval <TIME>').argParser(parseTime).hideHelp())
  .action((flags: SignalFlags) =>
    run(flags, async (context) => (await import('./skerry-signal.ts')).signal(flags, context)),
  )

command('invite', 'invite one seed into the network of this signal server')
  .requiredOption('--jurisdiction <CODE>', 'country whose law it stands under', parseCode)
  .requiredOption('--operator <NAME>', 'who runs it')
  .option('--url <URL>', 'address of the signal server (default: SKERRY_NETWORK)')
  .option('--key-file <FILE>', 'the network key (default: in DIR/keys)')
  .addOption(dirOption())
  .action((flags: InviteFlags) =>
    run(flags, async () => (await import('./skerry-signal.ts')).writeInvitation(flags)),
  )

serverCommand('seed', 'run a seed: keep sealed chunks for a network', 8080)
  .option('--join <FILE>', 'an invitation, from a file or - for standard input; needed once')
  .option('--identity <DIR>', 'key and membership (default: DIR/keys)')
  .option('--url <URL...>', 'where others reach it, best first')
  .option('--admin-port <PORT>', "port of the operator's own server", parsePort, 0)
  .option('--no-webrtc', 'serve over HTTP only, and no browser that needs WebRTC')
  .addOption(proxyOption())
  .option('--capacity <GB>', 'how much to store at most', parseGigabytes)
  .option('--max-life <TIME>', 'how long to keep a share at most', parseTime)
  .addOption(new Option('--directory-interval <TIME>').argParser(parseTime).hideHelp())
  .addOption(new Option('--letting-go <TIME>').argParser(parseTime).hideHelp())
  .action((flags: SeedFlags) =>
    runTransfer(flags, async (context) => (await import('./skerry-seed.ts')).seed(flags, context)),
  )

command('drain', 'let the seed of this folder hand its shares on and leave')
  .option(
    '--admin-port <PORT>',
    'port of its admin server (default: as the seed wrote down)',
    parsePort,
  )
  .addOption(dirOption())
  .action((flags: DrainFlags) =>
    run(flags, async () => (await import('./skerry-seed.ts')).drain(flags)),
  )

await parse()

/** Loaded when it is needed: most commands do without it. */
async function openRtc(): Promise<RtcPort | undefined> {
  const { openWebRtc } = await import('./skerry-webrtc.ts')
  return openWebRtc(new LinkAllowance(LINKS_MAX, LINKS_PER_MINUTE_MAX))
}

async function parse(): Promise<void> {
  try {
    await program.parseAsync()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version were asked for; anything else is wrong use, to which help may have been the answer.
    if (error.exitCode === EXIT_DONE) process.exit(EXIT_DONE)
    if (error.code === 'commander.help') process.exit(EXIT_USAGE)
    const message = `${sentenceOf(error.message)} See skerry --help.`
    reportFailure(new TransferError('USAGE', message), process.argv.includes('--json'))
    process.exit(EXIT_USAGE)
  }
}
