/** One dispatched server-sent event. Spec: HTML Standard §9.2.6 */
export type SseEvent = { readonly id: string | null; readonly type: string; readonly data: string }

/**
 * Reads a server-sent event stream piece by piece; pieces may break anywhere, inside a line end too. Comments (the server's
 * heartbeat) give nothing. `push` returns the events that the piece completed. Spec: HTML Standard §9.2.6
 */
export class SseParser {
  #rest = ''
  #id: string | null = null
  #type = ''
  #data: string[] = []

  push(piece: string): SseEvent[] {
    const events: SseEvent[] = []
    const text = this.#rest + piece
    let from = 0
    for (let at = 0; at < text.length; at++) {
      const char = text[at]
      if (char !== '\n' && char !== '\r') continue
      // A lone CR at the very end may be the first half of CRLF: wait for the next piece.
      if (char === '\r' && at === text.length - 1) break
      this.#line(text.slice(from, at), events)
      if (char === '\r' && text[at + 1] === '\n') at++
      from = at + 1
    }
    this.#rest = text.slice(from)
    return events
  }

  #line(line: string, events: SseEvent[]): void {
    if (line === '') {
      if (this.#data.length > 0) events.push({ id: this.#id, type: this.#type || 'message', data: this.#data.join('\n') })
      this.#type = ''
      this.#data = []
      return
    }
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon < 0 ? line : line.slice(0, colon)
    const raw = colon < 0 ? '' : line.slice(colon + 1)
    const value = raw.startsWith(' ') ? raw.slice(1) : raw
    if (name === 'data') this.#data.push(value)
    else if (name === 'event') this.#type = value
    else if (name === 'id' && !value.includes('\0')) this.#id = value
  }
}
