import {
  deriveContentKeys,
  deriveHelpKey,
  deriveReadToken,
  deriveRoomId,
  deriveSwarmKey,
  readHashOf,
} from '../../../protocol/key-schedule.ts'
import { createOwner, fixedBytes } from '../../protocol/owner.ts'
import type { VectorFile } from '../vector-file.ts'

type Password = Readonly<{
  text: string
  parameters: { kdfLogN: number; passSalt: Uint8Array<ArrayBuffer> }
}>

const passSalt = fixedBytes('passSalt', 16)

export async function buildKeys(): Promise<VectorFile> {
  const plain = await createOwner('vectors')
  const guarded = await createOwner('vectors', { kdfLogN: 17, passSalt })
  const wrongSecret = fixedBytes('another secret', 16)
  return {
    valid: [
      await describeKeys('no password', undefined),
      // Typed with a ligature, a full-width letter and a combining accent: NFKC makes "fiAé" of it.
      await describeKeys('password', {
        text: '\uFB01\uFF21e\u0301',
        parameters: { kdfLogN: 18, passSalt },
      }),
    ],
    invalid: [
      {
        name: 'another secret',
        genesis: plain.genesisBytes,
        secret: wrongSecret,
        code: 'LINK_INVALID',
      },
      {
        name: 'no password where one is needed',
        genesis: guarded.genesisBytes,
        secret: guarded.secret,
        code: 'PASSWORD_NEEDED',
      },
      {
        name: 'another password',
        genesis: guarded.genesisBytes,
        secret: guarded.secret,
        password: 'wrong',
        code: 'PASSWORD_WRONG',
      },
    ],
  }
}

async function describeKeys(name: string, password: Password | undefined): Promise<object> {
  const { secret, genesis, shareId } = await createOwner('vectors')
  const helpKey = deriveHelpKey(secret)
  const readToken = deriveReadToken(helpKey, genesis.salt)
  return {
    name,
    secret,
    g: genesis.salt,
    shareId,
    password: password?.text,
    ...password?.parameters,
    helpKey,
    readToken,
    readHash: readHashOf(readToken),
    roomId: deriveRoomId(helpKey, shareId),
    swarmKey: deriveSwarmKey(helpKey, shareId),
    ...(await deriveContentKeys(secret, genesis.salt, password)),
  }
}
