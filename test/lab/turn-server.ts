import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../skerry-ports.ts'

/** Of coturn. */
const PROGRAM = 'turnserver'
const SECRET = 'of the lab'

export type TurnPlace = Readonly<{ ip: string; port: number; dir: string; secret: string }>

/** For coturn without encryption, which gives leave as a network of ours does. */
export function turnArgs({ ip, port, dir, secret }: TurnPlace): string[] {
  const plain = ['-n', '--no-tls', '--no-dtls', '--no-cli', '--simple-log', '--log-file', 'stdout']
  const place = ['--listening-ip', ip, '--relay-ip', ip, '--listening-port', String(port)]
  const files = ['--pidfile', join(dir, 'pid'), '--userdb', join(dir, 'db')]
  return [
    ...plain,
    ...place,
    ...files,
    '--realm',
    'lab',
    '--use-auth-secret',
    '--static-auth-secret',
    secret,
  ]
}

/** @throws {Error} if it ends before. */
export async function turnIsUp(turn: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  turn.stdout?.on('data', (text: Buffer) => {
    if (text.toString().includes('Total General servers')) resolve()
  })
  turn.once('exit', (code) => reject(new Error(`turnserver ended with ${code}`)))
  await promise
}

/** A STUN and TURN server on this machine, under an address that is not loopback: browsers know no other here. */
export class TurnServer implements AsyncDisposable {
  /** Of `skerry up`. */
  readonly args: readonly string[]
  readonly #turn: ChildProcess
  readonly #dir: string

  private constructor(turn: ChildProcess, dir: string, args: readonly string[]) {
    this.#turn = turn
    this.#dir = dir
    this.args = args
  }

  /** @returns undefined where there is no coturn, or no address for it. */
  static async start(): Promise<TurnServer | undefined> {
    const ip = ownAddress()
    if (ip === undefined || !isInstalled()) return undefined
    const dir = await mkdtemp(join(tmpdir(), 'skerry-turn-'))
    const place = { ip, port: await freePort(), dir, secret: SECRET }
    const turn = spawn(PROGRAM, turnArgs(place), { stdio: ['ignore', 'pipe', 'inherit'] })
    await turnIsUp(turn)
    const secretFile = join(dir, 'secret')
    await writeFile(secretFile, SECRET)
    const at = `${ip}:${place.port}`
    const args = ['--stun', `stun:${at}`, '--turn', `turn:${at}?transport=udp`]
    return new TurnServer(turn, dir, [...args, '--turn-secret-file', secretFile])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#turn, 'exit')
    this.#turn.kill('SIGKILL')
    await ended
    await rm(this.#dir, { recursive: true, force: true })
  }
}

function isInstalled(): boolean {
  try {
    execFileSync(PROGRAM, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function ownAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
}
