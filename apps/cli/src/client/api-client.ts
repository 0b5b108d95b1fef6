import { randomUUID } from 'node:crypto'
import { pageOf } from '@sluice/contract/api'
import type { z } from 'zod'
import { CliError } from '../cli-error.ts'
import { explainProblem, explainUnreachable } from './explain.ts'

/** How to reach one Sluice. `token` is an API key; null asks without one and gets what is public. */
export type ApiTarget = { readonly url: string; readonly token: string | null; readonly signal: AbortSignal }

const pageItems = 200

/** The API over HTTP: answers are checked against the contract, failures become sentences. */
export class ApiClient {
  readonly url: string
  readonly #target: ApiTarget

  constructor(target: ApiTarget) {
    this.url = target.url.replace(/\/+$/, '')
    this.#target = target
  }

  get<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
    return this.#json('GET', path, undefined, schema)
  }

  /** Carries an Idempotency-Key: a proxy that repeats it creates nothing twice. */
  post<T extends z.ZodType>(path: string, body: unknown, schema: T): Promise<z.output<T>> {
    return this.#json('POST', path, body, schema)
  }

  patch<T extends z.ZodType>(path: string, body: unknown, schema: T): Promise<z.output<T>> {
    return this.#json('PATCH', path, body, schema)
  }

  put<T extends z.ZodType>(path: string, body: unknown, schema: T): Promise<z.output<T>> {
    return this.#json('PUT', path, body, schema)
  }

  /** A file as it is, under its own content type. */
  async upload<T extends z.ZodType>(path: string, bytes: Uint8Array<ArrayBuffer>, contentType: string, schema: T): Promise<z.output<T>> {
    return this.#read('POST', path, await this.send('POST', path, bytes, { 'content-type': contentType }), schema)
  }

  async delete(path: string): Promise<void> {
    await this.send('DELETE', path)
  }

  /** Every item of a list, page after page. */
  async list<T extends z.ZodType>(path: string, item: T): Promise<z.output<T>[]> {
    const items: z.output<T>[] = []
    for (let after: string | null = null; ; ) {
      const query: string = `limit=${pageItems}${after === null ? '' : `&after=${encodeURIComponent(after)}`}`
      const page = await this.get(`${path}?${query}`, pageOf(item))
      items.push(...page.items)
      if (page.next === null) return items
      after = page.next
    }
  }

  /** The bare answer, checked only for success; the caller reads its body. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    isExpected: (answer: Response) => Promise<boolean> = async () => false,
  ): Promise<Response> {
    const answer = await this.#fetch(method, path, body, headers)
    if (!answer.ok && !(await isExpected(answer.clone()))) throw await explainProblem(answer, this.#target.token !== null)
    return answer
  }

  async #json<T extends z.ZodType>(method: string, path: string, body: unknown, schema: T): Promise<z.output<T>> {
    const answer = await this.send(method, path, body, method === 'POST' ? { 'idempotency-key': randomUUID() } : {})
    return this.#read(method, path, answer, schema)
  }

  async #read<T extends z.ZodType>(method: string, path: string, answer: Response, schema: T): Promise<z.output<T>> {
    const parsed = schema.safeParse(await answer.json().catch(() => null))
    if (parsed.success) return parsed.data
    const where = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new CliError(`unexpected answer to ${method} ${path.split('?')[0]}, at '${where}'`, {
      hint: 'Check that this is the address of Sluice, and that it has the same version as this program.',
    })
  }

  async #fetch(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
    const { token, signal } = this.#target
    try {
      return await fetch(this.url + path, {
        method,
        // A redirect would take the token to wherever it points.
        redirect: 'error',
        signal,
        headers: {
          accept: 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
      })
    } catch (error) {
      if (signal.aborted) throw error
      throw explainUnreachable(this.url, error)
    }
  }
}
