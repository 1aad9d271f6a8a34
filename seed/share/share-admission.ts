import { isEqual } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { decodeGenesis, shareIdOf } from '../../protocol/genesis.ts'
import { readHashOf } from '../../protocol/key-schedule.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import type { Grant } from '../../protocol/record/grant.ts'
import { openRecordBy } from '../../protocol/record/record.ts'
import { encodeShareFile } from '../catalog/share-file.ts'
import { Share } from '../catalog/share.ts'
import type { NewShare } from '../share-service.ts'
import { deletedBy, type ShareParts } from './share-parts.ts'

/** Takes on new shares: those that the network gave leave for, while there is room. */
export class ShareAdmission {
  readonly #parts: ShareParts

  constructor(parts: ShareParts) {
    this.#parts = parts
  }

  async create(request: NewShare): Promise<'created' | 'held'> {
    const { shareId, genesis, readToken } = request
    return this.#parts.locks.run(shareId, async () => {
      const held = await this.#parts.catalog.get(shareId)
      if (held !== undefined) {
        checkSame(held, request)
        return 'held'
      }
      const decoded = decodeGenesis(genesis)
      if (shareIdOf(genesis) !== shareId) {
        throw new TransferError('GENESIS_OTHER', 'This genesis is the one of another share.')
      }
      if (!isEqual(readHashOf(readToken), decoded.readHash)) throw wrongToken()
      const grant = this.#openGrant(request)
      await this.#parts.space.checkNewShare(grant.maxChunks * SEALED_CHUNK_BYTES_MAX)
      const receivedAtMs = this.#parts.nowMs()
      const base = { id: shareId, genesisBytes: genesis, genesis: decoded, readToken }
      await this.#store(new Share({ ...base, grantBytes: request.grant, grant, receivedAtMs }))
      return 'created'
    })
  }

  async #store(share: Share): Promise<void> {
    const { store, catalog, events } = this.#parts
    const file = encodeShareFile(share, undefined)
    await catalog.add(share, () => store.putFile(share.id, 'share', file))
    events.emit({ type: 'created', shareId: share.id })
  }

  /** Leave to store, by the network's key, for this share, now. */
  #openGrant({ shareId, grant }: NewShare): Grant {
    try {
      const body = openRecordBy('grant', grant, this.#parts.networkKey)
      if (body.shareId !== shareId) throw invalidGrant('It is for another share.')
      if (body.notAfterMs < this.#parts.nowMs()) throw invalidGrant('Its time is over.')
      return body
    } catch (cause) {
      if (!(cause instanceof TransferError) || cause.code !== 'RECORD_INVALID') throw cause
      throw invalidGrant('This network did not sign it.', cause)
    }
  }
}

/** What is held stays as it is; a caller who knows it may go on. */
function checkSame({ origin, accepted, isDeleted }: Share, request: NewShare): void {
  if (!isEqual(origin.genesisBytes, request.genesis)) {
    throw new TransferError('GENESIS_OTHER', 'This seed holds another genesis under this id.')
  }
  if (!isEqual(origin.readToken, request.readToken)) throw wrongToken()
  if (isDeleted && accepted !== undefined) throw deletedBy(accepted)
}

function wrongToken(): TransferError {
  return new TransferError('TOKEN_WRONG', 'The read token is not the one of this share.')
}

function invalidGrant(detail: string, cause?: unknown): TransferError {
  const options = cause === undefined ? {} : { cause }
  return new TransferError('GRANT_INVALID', `The grant does not allow this. ${detail}`, options)
}
