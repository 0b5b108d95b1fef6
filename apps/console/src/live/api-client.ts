import { type Page, paths } from '@sluice/contract/api'
import { z } from 'zod'
import { ApiError, apiErrorOf, notUnderstood, unreachable } from './api-error.ts'
import { signedOut } from './signed-out.ts'

const pageLimit = 200

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * One call of the API with the session's cookie. `path` comes from `paths` of the contract. The answer is checked
 * against `schema`; a refusal or a dead line throws ApiError. Where the session has ended meanwhile, it waits until somebody signed in
 * again, and is sent once more.
 */
export async function call<T extends z.ZodType>(method: Method, path: string, schema: T, body?: unknown): Promise<z.output<T>> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  // A POST that is sent twice by a bad line must not make two outputs.
  if (method === 'POST') headers['idempotency-key'] = randomId()
  const send = (): Promise<Response> =>
    fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw unreachable()
    })
  let response = await send()
  let answer = await bodyOf(response)
  if (hasEnded(response.status, answer) && path !== paths.session && (await signedOut.ask(isSignedIn))) {
    response = await send()
    answer = await bodyOf(response)
  }
  if (!response.ok) throw apiErrorOf(response.status, answer)
  const read = schema.safeParse(answer)
  if (!read.success) throw notUnderstood(response.status)
  return read.data
}

/** Asked anew: another tab may have signed in meanwhile. A line that is down is no answer, and the call is sent again to say so. */
export const isSignedIn = (): Promise<boolean> =>
  fetch(paths.session, { credentials: 'same-origin', cache: 'no-store' }).then(
    ({ status }) => status !== 401,
    () => true,
  )

const bodyOf = async (response: Response): Promise<unknown> =>
  response.status === 204 ? undefined : await response.json().catch(() => undefined)

/** A session that is over. A wrong password or code is refused with 401 too, and says something else. */
const hasEnded = (status: number, answer: unknown): boolean => status === 401 && apiErrorOf(status, answer).code === 'AUTH_REQUIRED'

/** Sends a file as it is, and tells how much of it has left, 0..1. `stop` breaks it off. Throws, and waits for a new session, as `call` does. */
export async function upload<T extends z.ZodType>(path: string, file: Blob, options: UploadOptions<T>): Promise<z.output<T>> {
  return sendFile(path, file, options).catch(async (error: unknown) => {
    const isOver = error instanceof ApiError && error.code === 'AUTH_REQUIRED'
    if (!isOver || !(await signedOut.ask(isSignedIn))) throw error
    return sendFile(path, file, options)
  })
}

type UploadOptions<T> = {
  readonly type: string
  readonly schema: T
  onProgress(share: number): void
  readonly stop: AbortSignal
  readonly method?: 'POST' | 'PUT'
}

function sendFile<T extends z.ZodType>(
  path: string,
  file: Blob,
  { type, schema, onProgress, stop, method = 'POST' }: UploadOptions<T>,
): Promise<z.output<T>> {
  const { promise, resolve, reject } = Promise.withResolvers<z.output<T>>()
  // `fetch` does not tell how far an upload is.
  const request = new XMLHttpRequest()
  request.open(method, path)
  request.setRequestHeader('accept', 'application/json')
  request.setRequestHeader('content-type', type)
  request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total)
  request.onload = () => {
    const answer = readJson(request.responseText)
    if (request.status >= 300) return reject(apiErrorOf(request.status, answer))
    const read = schema.safeParse(answer)
    if (read.success) resolve(read.data)
    else reject(notUnderstood(request.status))
  }
  request.onerror = () => reject(unreachable())
  request.onabort = () => reject(stop.reason)
  stop.addEventListener('abort', () => request.abort())
  request.send(file)
  return promise
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** For calls whose answer nobody reads. */
export const ignored = z.unknown()

/** Every entry of a cursor list, page after page. */
export async function listAll<T extends z.ZodType>(path: string, item: T): Promise<z.output<T>[]> {
  const page = z.object({ items: z.array(item), next: z.string().nullable() })
  const items: z.output<T>[] = []
  let after: string | null = null
  do {
    const query = new URLSearchParams({ limit: String(pageLimit) })
    if (after !== null) query.set('after', after)
    const got: Page<z.output<T>> = await call('GET', `${path}?${query}`, page)
    items.push(...got.items)
    after = got.next
  } while (after !== null)
  return items
}

/** 128 random bits in hex. `crypto.randomUUID` is missing on plain http, which is how many reach their own server. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
