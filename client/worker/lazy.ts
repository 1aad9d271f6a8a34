/** Made when it is first asked for. A try that failed is made again at the next. */
export class Lazy<Part> {
  readonly #make: () => Promise<Part>
  #making: Promise<Part> | undefined

  constructor(make: () => Promise<Part>) {
    this.#make = make
  }

  /** @throws What making it throws. */
  async get(): Promise<Part> {
    this.#making ??= this.#make()
    try {
      return await this.#making
    } catch (cause) {
      this.#making = undefined
      throw cause
    }
  }
}
