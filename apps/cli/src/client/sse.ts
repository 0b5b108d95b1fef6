/** One server-sent event: its name (`message` when it has none), its data, and the last id seen. Spec: HTML §9.2.6 */
export type ServerSentEvent = { readonly name: string; readonly data: string; readonly id: string }

/** Turns the text of an event stream into events, whatever the pieces it comes in. Comments and `retry` are passed over. */
export class SseDecoder {
  #rest = ''
  #name = ''
  #data: string[] = []
  #id = ''

  push(text: string): ServerSentEvent[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/)
    this.#rest = lines.pop() ?? ''
    return lines.flatMap((line) => this.#line(line))
  }

  #line(line: string): ServerSentEvent[] {
    if (line === '') return this.#end()
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.#name = value
    else if (field === 'data') this.#data.push(value)
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    return []
  }

  #end(): ServerSentEvent[] {
    const event = { name: this.#name || 'message', data: this.#data.join('\n'), id: this.#id }
    const isEmpty = this.#data.length === 0
    this.#name = ''
    this.#data = []
    return isEmpty ? [] : [event]
  }
}
