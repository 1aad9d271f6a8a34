import type { AppNews, EntrySnapshot } from './snapshot.ts'
import type { Privacy } from '../engine/swarm/privacy.ts'

/** A file as the page got it from a drop, a picker or a paste. */
export type PickedFile = Readonly<{
  /** Segments joined by `/`; ends in `/` for an empty folder, and then there is no file. */
  path: string
  file: File | undefined
  /** In bytes, looked up once: browsers ask the disk each time. */
  size: number
  /** Where the browser has handles, the file can be read again after a reload without being picked again. */
  handle?: FileSystemFileHandle
}>

/** What the sender chose on the form. */
export type SendOptions = Readonly<{
  password: string | undefined
  lifeMs: number
  replicas: number
  jurisdictions: number
  /** ISO 3166-1 alpha-2 codes of countries that must not hold a copy. */
  denied: readonly string[]
  peers: 'direct' | 'relayed' | 'forbidden'
  /** Where the network asks for one, and none is kept. */
  accessCode: string | undefined
}>

/** How a recipient wants the files. */
export type SaveTarget =
  | Readonly<{ kind: 'file'; entry: number }>
  /** What lies in a folder, which ends in `/`, or all where it is empty: one streamed zip that keeps folders. */
  | Readonly<{ kind: 'zip'; folder: string }>
  | Readonly<{ kind: 'folder'; directory: FileSystemDirectoryHandle }>

/** Why the browser takes no download of this page, or no more of one. */
export type DownloadFault =
  /** The page came over plain HTTP, where there are no service workers. */
  | 'insecure'
  /** The browser wants none, as in private windows. */
  | 'refused'
  /** The service worker did not come, or not in time. */
  | 'unloaded'
  /** It began, and the browser ended it. */
  | 'ended'

/** Everything the page asks of the worker. Bytes never pass through the page. */
export type PageMessage =
  /** `canConnect`: it has WebRTC. */
  | Readonly<{ type: 'start'; origin: string; canConnect: boolean }>
  /** The page's WebRTC, which workers have none of. */
  | Readonly<{ type: 'rtc'; port: MessagePort }>
  /** A person is there: what they may want next is loaded, so that nothing is missing if the server goes away. */
  | Readonly<{ type: 'attended' }>
  /** Where sealed chunks are kept for a resume; it comes before the first `save`. */
  | Readonly<{ type: 'chunk-store'; port: MessagePort }>
  /** Files of the next `send` or `resume`, before those that it carries itself. */
  | Readonly<{ type: 'files'; files: readonly PickedFile[] }>
  | Readonly<{ type: 'send'; sendId: number; files: readonly PickedFile[]; options: SendOptions }>
  /** Goes on with an unfinished share, once all its files were picked again; none where they are at hand. */
  | Readonly<{
      type: 'resume'
      shareId: string
      files: readonly PickedFile[]
      /** Where the share has one. */
      password?: string
    }>
  | Readonly<{ type: 'forget'; shareId: string }>
  | Readonly<{ type: 'pause' | 'continue' | 'stop'; shareId: string }>
  | Readonly<{ type: 'open'; fragment: string }>
  | Readonly<{ type: 'password'; text: string }>
  | Readonly<{ type: 'save'; saveId: string; target: SaveTarget }>
  | Readonly<{ type: 'cancel-save'; saveId: string }>
  /** The browser does not take a save, or no more of it. */
  | Readonly<{ type: 'download-fault'; saveId: string; fault: DownloadFault }>
  | Readonly<{ type: 'retry' }>
  /** Whether others with the link may help: remembered. */
  | Readonly<{ type: 'peer-mode'; mode: Privacy }>
  /** Whether this page passes pieces on; of a share that it sends, where one is named. */
  | Readonly<{ type: 'giving'; shareId: string; isOn: boolean }>
  /** How much it passes on within 24 hours. */
  | Readonly<{ type: 'giving-cap'; bytes: number | undefined }>
  /** Asks every seed of a share, now: for its receipt, or for that and a random chunk. */
  | Readonly<{ type: 'receipts' | 'challenge'; shareId: string }>
  /** The service worker's end of a saved stream: it pulls, the worker answers. */
  | Readonly<{ type: 'save-port'; saveId: string; port: MessagePort }>

/** Everything the worker tells the page. */
export type WorkerMessage =
  | Readonly<{ type: 'snapshot'; snapshot: AppNews }>
  /** What the share holds that the page was opened with: once, before the first snapshot of it. */
  | Readonly<{ type: 'entries'; entries: readonly EntrySnapshot[] }>
  /** What the browser kept of an unfinished share's files, where it kept all: only a page can ask to read them. */
  | Readonly<{ type: 'handles'; shareId: string; handles: readonly FileSystemFileHandle[] }>
  /** The download is ready to be pulled: the page hands the service worker its port and starts it. */
  | Readonly<{ type: 'save-ready'; saveId: string; name: string; bytes: number }>
  /** From now on WebRTC is needed: answered by `rtc`. */
  | Readonly<{ type: 'rtc-wanted' }>
  /** A mistake of ours ended the worker: said as such, with what is safe. */
  | Readonly<{ type: 'crashed'; message: string }>
