import { WireError } from '@sluice/base/errors'

/** One JSON message a line. Longer lines end the link: a spec of 1,000 outputs is under 1 MB. */
const maxLineBytes = 16 * 1024 * 1024

/** A message as one line of JSON with its line feed. */
export const encodeLine = (message: unknown): string => `${JSON.stringify(message)}\n`

/** Collects text off a stream socket and gives whole messages, in order. Throws WireError for what is not JSON or too long. */
export class LineDecoder {
  // bound: `maxLineBytes` characters, a longer line ends the link
  #rest = ''

  push(text: string): unknown[] {
    // A long line comes in many pieces: looking through all of it with each one would cost the square of its length.
    if (!text.includes('\n')) {
      this.#rest += text
      this.#checkLength()
      return []
    }
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    this.#checkLength()
    return lines.filter((line) => line !== '').map(parseLine)
  }

  #checkLength(): void {
    if (this.#rest.length > maxLineBytes) throw new WireError('LINK_LINE_LENGTH', 0, `line is over ${maxLineBytes} characters`)
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new WireError('LINK_LINE_JSON', 0, `line of ${line.length} characters is not JSON`)
  }
}
