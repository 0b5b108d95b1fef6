import { Agent, request } from 'node:http'

export type Answer = { status: number; text: string; cookies: string[] }
export type Headers = Readonly<Record<string, string>>

/** A caller of the API over one connection that stays open, as a program's is. */
export class Client {
  readonly #url: string
  readonly #headers: Headers
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })

  constructor(url: string, headers: Headers) {
    this.#url = url
    this.#headers = headers
  }

  /** Rejects for an answer that is none of success. */
  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const json = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }
    const answer = await new Promise<Answer>((resolve, reject) => {
      const asked = request(this.#url + path, { method, agent: this.#agent, headers: { ...json, ...this.#headers } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString(),
            cookies: response.headers['set-cookie'] ?? [],
          }),
        )
      })
      asked.on('error', reject)
      asked.end(text)
    })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`)
    return answer
  }

  async ok<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { text } = await this.ask(method, path, body)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  close(): void {
    this.#agent.destroy()
  }
}
