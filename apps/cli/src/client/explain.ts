import { Problem, problemKinds } from '@sluice/contract/errors'
import { ApiError } from './api-error.ts'

/** A failed answer as the sentence of its problem document, with the next step that belongs to its code. */
export async function explainProblem(answer: Response, hadToken: boolean): Promise<ApiError> {
  const { status, statusText } = answer
  const parsed = Problem.safeParse(await answer.json().catch(() => null))
  if (!parsed.success) {
    return new ApiError(status, `the server answered ${status} ${statusText}`.trim(), 'Check the address of Sluice in SLUICE_URL.')
  }
  const { code, detail, title, fields } = parsed.data
  if (code === 'AUTH_REQUIRED' && !hadToken) return new ApiError(status, 'this needs an API key', howToGetAKey)
  const lines = (fields ?? [])
    .filter((field) => !detail.includes(field.message))
    .map((field) => `\n  ${field.path}: ${field.message}`)
    .join('')
  return new ApiError(status, `${detail || title} (${code})${lines}`, nextStep(code))
}

/** Nothing answers, or not in HTTP. */
export function explainUnreachable(url: string, error: unknown): ApiError {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const why = reasons[code] ?? (cause instanceof Error ? cause.message : 'the request failed')
  return new ApiError(
    null,
    `no Sluice answers at ${url}: ${why}`,
    'Start it with `npm start`, or set its address: SLUICE_URL=http://host:8080.',
  )
}

const howToGetAKey = 'Run `sluice login`, or set SLUICE_TOKEN to a key from the console (Settings, API keys).'

const nextStep = (code: string): string | null =>
  Object.hasOwn(problemKinds, code) ? problemKinds[code as keyof typeof problemKinds].next : null

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the DNS server does not answer',
  ETIMEDOUT: 'the host does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was reset',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  CERT_HAS_EXPIRED: 'its certificate has expired',
}
