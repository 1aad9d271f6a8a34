import { TransferError } from '../../protocol/errors.ts'
import { parseSeedUrl } from '../../protocol/record/seed-url.ts'

type UrlOptions = Readonly<{
  /** Where others reach the seed, best first; where it listens unless told. */
  urls?: readonly string[]
  host?: string
}>

/** @throws {TransferError} USAGE, REQUEST_INVALID unless others can be told where the seed is. */
export function checkUrls({ urls = [], host = '' }: UrlOptions): void {
  for (const url of urls) parseSeedUrl(url)
  if (urls.length > 0 || !/^(0\.0\.0\.0|::)$/.test(host)) return
  throw new TransferError('USAGE', 'Say under which address others reach this seed.')
}

/** @param listening - Where it listens. */
export function urlsOf({ urls = [] }: UrlOptions, listening: string): readonly string[] {
  const reached = urls.length > 0 ? urls : [listening]
  return reached.map((url) => parseSeedUrl(url))
}
