import type { CrowdReport } from './crowd.ts'

/** Runs the story of each number; SKERRY_NUMBERS=3,7 tells those of 3 and 7 again, and no others. */
export function runNumbers(
  note: (text: string) => void,
  story: (number: number) => string,
): string {
  const numbers = (process.env['SKERRY_NUMBERS'] ?? '1,2,3,4,5').split(',').map(Number)
  return numbers
    .map((number) => {
      const line = `number ${number}: ${story(number)}`
      note(line)
      return line
    })
    .join('; ')
}

export function figuresOf(crowd: CrowdReport): string {
  const { slowestMs, boundMs, medianMs, wholeMs, wholeBoundMs } = crowd
  return [
    `${(slowestMs / boundMs).toFixed(3)} of the bound from each join`,
    `median ${(medianMs / boundMs).toFixed(3)}`,
    `${(wholeMs / boundMs).toFixed(3)} of it from the first join to the last completion`,
    `which is ${(wholeMs / wholeBoundMs).toFixed(3)} of the bound with joins`,
    `${percent(crowd.peerShare)} from peers`,
    `${percent(crowd.duplicateShare)} twice`,
  ].join(', ')
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}
