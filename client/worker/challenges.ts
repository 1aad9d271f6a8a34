import type { CustodySnapshot } from './snapshot.ts'

export type ChallengeState = Pick<CustodySnapshot, 'challenge' | 'challengedAtMs'>

const NOT_ASKED: ChallengeState = { challenge: 'not asked', challengedAtMs: undefined }

/** What came of asking seeds for random chunks, by share and seed. */
export class Challenges {
  readonly #states = new Map<string, ChallengeState>()

  of(shareId: string, seedId: string): ChallengeState {
    return this.#states.get(`${shareId} ${seedId}`) ?? NOT_ASKED
  }

  set(shareId: string, seedId: string, challenge: ChallengeState['challenge']): void {
    const challengedAtMs = challenge === 'asking' ? undefined : Date.now()
    this.#states.set(`${shareId} ${seedId}`, { challenge, challengedAtMs })
  }
}
