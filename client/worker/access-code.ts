import { createStore, del, get, set } from 'idb-keyval'
import { TransferError } from '../../protocol/errors.ts'
import { keptAtBest } from './keeping.ts'

const codes = createStore('skerry-access', 'codes')

/** The code that a network asks of who stores, as this browser keeps it: a person types it once. */
export class AccessCode {
  readonly #url: string
  #text: string | undefined

  private constructor(url: string, text: string | undefined) {
    this.#url = url
    this.#text = text
  }

  /** @param url - Of the network: its code is shown to no other. */
  static async load(url: string): Promise<AccessCode> {
    const text: unknown = await keptAtBest(() => get(url, codes))
    return new AccessCode(url, typeof text === 'string' ? text : undefined)
  }

  get isKept(): boolean {
    return this.#text !== undefined
  }

  async keep(text: string): Promise<void> {
    this.#text = text
    await keptAtBest(() => set(this.#url, text, codes))
  }

  /** Asks with the code. One that is refused is forgotten, so that another one can be typed. */
  async use<Answer>(request: (text: string | undefined) => Promise<Answer>): Promise<Answer> {
    try {
      return await request(this.#text)
    } catch (cause) {
      if (cause instanceof TransferError && cause.code === 'TOKEN_WRONG') await this.#forget()
      throw cause
    }
  }

  async #forget(): Promise<void> {
    this.#text = undefined
    await keptAtBest(() => del(this.#url, codes))
  }
}
