import { usageError } from './cli-error.ts'
import { ApiClient } from './client/api-client.ts'
import { defaultUrl, readToken } from './client/token.ts'
import type { Io } from './io.ts'
import { chooseStyle, type Style } from './show/style.ts'

/** What each command is given. */
export type Context = {
  readonly io: Io
  readonly api: ApiClient
  readonly style: Style
  readonly nowMs: number
  /** Writes the value as JSON with `--json`, else what `format` makes of it. */
  readonly show: (value: unknown, format: () => string) => void
  readonly isJson: boolean
}

/** Flags that every command takes. */
export type GlobalFlags = { readonly server?: string; readonly json?: boolean }

/** Builds the context out of flags and environment; the token goes only to the address that it belongs to. */
export function makeContext(io: Io, flags: GlobalFlags): Context {
  const url = serverUrl(io, flags)
  const token = readToken(io.env, url)
  if (token !== null && isOpenToOthers(url)) {
    io.writeError(`sluice: ${url} is not https: others on the way can read the API key\n`)
  }
  const isJson = flags.json === true
  return {
    io,
    api: new ApiClient({ url, token, signal: io.signal }),
    style: chooseStyle(io.stdoutIsTty, io.env),
    nowMs: Date.now(),
    show: (value, format) => io.write(isJson ? `${JSON.stringify(value, null, 2)}\n` : format()),
    isJson,
  }
}

/** `--server`, else `SLUICE_URL`, else this machine. */
export function serverUrl(io: Io, flags: GlobalFlags): string {
  const text = flags.server || io.env['SLUICE_URL'] || defaultUrl
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw usageError(`'${text}' is not an http or https address`)
  return text
}

const isOpenToOthers = (url: string): boolean => {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
}
