import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IceServer } from '../../protocol/http/signal-json.ts'
import { turnArgs, turnIsUp } from './turn-server.ts'

const PREFIX = 'skerry-lab'
/** Of the middle: reached from behind both NATs. RFC 2544 keeps it for tests of networks. */
const MIDDLE = '198.18.0.1'
const TURN_PORT = 3478
const SECRET = 'of the lab'

export type LabSide = 'a' | 'b'

/**
 * Two private networks, each behind a NAT of its own, and a middle with a STUN and TURN server: namespaces of this
 * machine's kernel. A NAT forgets what it did not ask for: else Linux would give the next packet another port, as a
 * symmetric NAT does. All of it goes when the process ends, and what a killed one left with the next start.
 */
export class NetworkLab implements AsyncDisposable {
  readonly #id = String(process.pid)
  readonly #turn: ChildProcess
  readonly #dir: string

  private constructor(dir: string) {
    this.#dir = dir
    this.#build()
    const place = { ip: MIDDLE, port: TURN_PORT, dir, secret: SECRET }
    this.#turn = this.spawn('mid', 'turnserver', turnArgs(place))
  }

  /** @returns undefined where this kernel or user may not make networks, or a program for it is missing. */
  static async start(): Promise<NetworkLab | undefined> {
    if (!isPossible()) return undefined
    clearStale()
    const lab = new NetworkLab(await mkdtemp(join(tmpdir(), 'skerry-lab-')))
    await writeFile(lab.#secretFile, SECRET)
    process.once('exit', () => lab.#clear())
    await turnIsUp(lab.#turn)
    return lab
  }

  /** Runs a program in one of the networks. */
  spawn(place: LabSide | 'mid', program: string, args: readonly string[]): ChildProcess {
    const [ip, ...inside] = [...this.within(place), program, ...args]
    return spawn(ip, inside, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  }

  /** What starts a program in one of the networks. */
  within(place: LabSide | 'mid'): [string, ...string[]] {
    return ['ip', 'netns', 'exec', this.#name(place)]
  }

  /** @returns A program that is `path`, started in one of the networks. */
  async wrap(place: LabSide, path: string): Promise<string> {
    const wrapped = join(this.#dir, `in-${place}`)
    const script = `#!/bin/sh\nexec ${this.within(place).join(' ')} '${path}' "$@"\n`
    await writeFile(wrapped, script, { mode: 0o755 })
    return wrapped
  }

  /** Of `skerry up` in the middle: it gives leave for the relay. */
  get upArgs(): string[] {
    const at = `${MIDDLE}:${TURN_PORT}`
    const turn = ['--turn', `turn:${at}?transport=udp`, '--turn-secret-file', this.#secretFile]
    return ['--stun', `stun:${at}`, ...turn]
  }

  get stun(): IceServer {
    return { urls: [`stun:${MIDDLE}:${TURN_PORT}`] }
  }

  /** With credentials that end in a minute, as a network hands them out. */
  get relay(): IceServer {
    return this.#relayOver('udp')
  }

  /** For a network that lets no UDP pass. */
  get tcpRelay(): IceServer {
    return this.#relayOver('tcp')
  }

  get #secretFile(): string {
    return join(this.#dir, 'secret')
  }

  #relayOver(transport: 'udp' | 'tcp'): IceServer {
    const username = `${Math.floor(Date.now() / 1000) + 60}:lab`
    const credential = createHmac('sha1', SECRET).update(username).digest('base64')
    return { urls: [`turn:${MIDDLE}:${TURN_PORT}?transport=${transport}`], username, credential }
  }

  /** What passes the middle from one side to the other is subject to these rules of iptables, and nothing else is. */
  rules(...rules: readonly string[]): void {
    this.#in('mid', 'iptables -F FORWARD', ...rules.map((rule) => `iptables -A FORWARD ${rule}`))
  }

  /** What passes the NAT of a side, either way, is subject to these rules of iptables. */
  hinder(side: LabSide, ...rules: readonly string[]): void {
    const added = rules.map((rule) => `iptables -A FORWARD ${rule}`)
    this.#in(`nat-${side}`, 'iptables -F FORWARD', ...added)
  }

  /**
   * Servers of the middle that listen on its loopback are reached on their own by both sides: to them a network of
   * the lab is one on their machine, which needs no certificate.
   */
  shareLoopback(): void {
    const tcp = '-p tcp --dport 1024: -j DNAT --to-destination'
    this.#in(
      'mid',
      LOCALNET,
      `iptables -t nat -A PREROUTING -d ${MIDDLE} -p tcp --dport 3478 -j ACCEPT`,
    )
    this.#in('mid', `iptables -t nat -A PREROUTING -d ${MIDDLE} ${tcp} 127.0.0.1`)
    for (const side of ['a', 'b'] as const) {
      this.#in(
        side,
        LOCALNET,
        `iptables -t nat -A OUTPUT -d 127.0.0.1 ${tcp} ${MIDDLE}`,
        `iptables -t nat -A POSTROUTING -o ${side}-in -j MASQUERADE`,
      )
    }
  }

  /** Packets that each rule met. */
  get counts(): number[] {
    const lines = this.#in('mid', 'iptables -nvxL FORWARD').split('\n').slice(2)
    return lines.filter((line) => line !== '').map((line) => Number(line.trim().split(/\s+/)[0]))
  }

  /** Bounds what a side sends; undefined takes the bound away. */
  limit(side: LabSide, rate: string | undefined): void {
    const device = `${side}-in`
    const done =
      rate === undefined
        ? `tc qdisc del dev ${device} root`
        : `tc qdisc replace dev ${device} root tbf rate ${rate} burst 16kb latency 200ms`
    this.#in(side, done)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#clear()
    await rm(this.#dir, { recursive: true, force: true })
  }

  #build(): void {
    for (const place of ['mid', 'a', 'b', 'nat-a', 'nat-b'])
      run(`ip netns add ${this.#name(place)}`)
    this.#in('mid', 'ip link set lo up', `ip addr add ${MIDDLE}/32 dev lo`, FORWARD)
    for (const [side, net] of [
      ['a', 1],
      ['b', 2],
    ] as const) {
      this.#link(
        'mid',
        `${side}-mid`,
        `198.18.${net}.1/30`,
        `nat-${side}`,
        `${side}-out`,
        `198.18.${net}.2/30`,
      )
      this.#link(
        `nat-${side}`,
        `${side}-nat`,
        `10.${net}.0.1/24`,
        side,
        `${side}-in`,
        `10.${net}.0.2/24`,
      )
      this.#in(side, 'ip link set lo up', `ip route add default via 10.${net}.0.1`)
      this.#in(
        `nat-${side}`,
        FORWARD,
        `ip route add default via 198.18.${net}.1`,
        `iptables -t nat -A POSTROUTING -o ${side}-out -j MASQUERADE`,
        `iptables -A INPUT -i ${side}-out -p udp -j DROP`,
      )
    }
  }

  #link(
    ...[one, oneDevice, oneAddress, other, otherDevice, otherAddress]: readonly string[]
  ): void {
    const ends = `${oneDevice} netns ${this.#name(one)} type veth peer name ${otherDevice}`
    run(`ip link add ${ends} netns ${this.#name(other)}`)
    this.#in(one, `ip addr add ${oneAddress} dev ${oneDevice}`, `ip link set ${oneDevice} up`)
    this.#in(
      other,
      `ip addr add ${otherAddress} dev ${otherDevice}`,
      `ip link set ${otherDevice} up`,
    )
  }

  #in(place: string | undefined, ...commands: readonly string[]): string {
    return commands
      .map((command) => run(`ip netns exec ${this.#name(place)} ${command}`))
      .join('\n')
  }

  #name(place = ''): string {
    return `${PREFIX}-${this.#id}-${place}`
  }

  #clear(): void {
    this.#turn.kill('SIGKILL')
    clear(this.#id)
  }
}

const FORWARD = 'sysctl -qw net.ipv4.ip_forward=1'
const LOCALNET = 'sysctl -qw net.ipv4.conf.all.route_localnet=1'

function run(command: string): string {
  const [program = '', ...args] = command.split(' ')
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function isPossible(): boolean {
  // Tests run beside each other.
  const trial = `${PREFIX}-${process.pid}-trial`
  try {
    run('turnserver --version')
    run(`ip netns add ${trial}`)
    run(`ip netns exec ${trial} iptables -t nat -L`)
    return true
  } catch {
    return false
  } finally {
    clear(String(process.pid))
  }
}

function labs(): string[] {
  try {
    return readdirSync('/run/netns').filter((name) => name.startsWith(`${PREFIX}-`))
  } catch {
    return []
  }
}

function clear(id: string): void {
  for (const name of labs()) {
    if (name === `${PREFIX}-${id}` || name.startsWith(`${PREFIX}-${id}-`))
      run(`ip netns del ${name}`)
  }
}

/** Of processes that were killed. */
function clearStale(): void {
  for (const name of labs()) {
    const pid = Number(name.split('-')[2])
    if (Number.isNaN(pid)) continue
    try {
      process.kill(pid, 0)
    } catch {
      clear(String(pid))
    }
  }
}
