import type { FaultCode } from '../../protocol/errors.ts'

/** One seed's share in custody, as `stored` and `status` tell it. */
export type SeedLine = Readonly<{ id: string; operator: string; jurisdiction: string; url: string }>

/** What a command has to say while it runs: with `--json` one object a line, else words for a person. */
export type CliEvent =
  | Readonly<{
      event: 'link'
      link: string
      owner: string
      /** For whoever helps carry the share without being able to read it. */
      helper: string
      /** Nobody but seeds may carry it: `helper` is of no use. */
      peersForbidden: boolean
    }>
  | Readonly<{
      event: 'progress'
      /** Verified bytes only: stored by one seed at least, or written to the target. */
      doneBytes: number
      totalBytes: number
      bytesPerSecond: number
      /** Undefined until there is a rate to go by. */
      secondsLeft?: number
      /** Why it waits, in plain words, while it does. */
      note?: string
    }>
  /** `belowPolicy`: stored once, as the sender plainly chose. */
  | Readonly<{ event: 'stored'; seeds: readonly SeedLine[]; belowPolicy: boolean }>
  | Readonly<{ event: 'complete'; files: readonly CompleteFile[] }>
  | Readonly<{ event: 'status'; share: ShareLine; seeds: readonly CustodyLine[] }>
  | Readonly<{ event: 'warning'; code: FaultCode; message: string }>
  | Readonly<{ event: 'note'; message: string }>
  /** Others are served: how many are there, and what they got so far. */
  | Readonly<{
      event: 'serving'
      peers: number
      givenBytes: number
      /** Sealed bytes that are here, and that there are so far, where they are being fetched. */
      heldBytes?: number
      /** Undefined while nobody has shown the share. */
      totalBytes?: number
      /** Why nothing comes, in plain words, while nothing does. */
      note?: string
    }>

/** A file that was saved: where in the target folder, and what it hashes to. */
export type CompleteFile = Readonly<{ path: string; bytes: number; sha256: string }>

export type ShareLine = Readonly<{
  id: string
  state: 'open' | 'sealed' | 'deleted'
  sealedBytes: number
  expiresAt: string
  policy: string
  isPolicyMet: boolean
}>

/** One seed as `status` shows it. `challenge` says whether a random chunk came back and verified just now. */
export type CustodyLine = SeedLine &
  Readonly<{
    isCustodian: boolean
    held: 'all' | 'part' | 'none' | 'unreachable'
    receiptAt?: string
    keepUntil?: string
    challenge: 'passed' | 'failed' | 'not held' | 'unreachable'
    problem?: string
  }>

/** Where a command says what it has to say. Errors are thrown, never said here. */
export interface Output {
  event(event: CliEvent): void
}
