import type { CliEvent, Output } from './output.ts'

type Line = (text: string) => void

/** One JSON object a line, for programs. */
export class JsonOutput implements Output {
  readonly #result: Line

  constructor(result: Line) {
    this.#result = result
  }

  event(event: CliEvent): void {
    this.#result(JSON.stringify(event))
  }
}
