import { formatPlace, isRtmp, parseAddress, portOf, type RtmpAddress } from '@sluice/base/address'
import { SluiceError } from '@sluice/base/errors'
import { isAmfObject } from '../amf0/index.ts'
import type { RtmpUrl } from '../url.ts'
import type { Status } from './status.ts'

/** A chain of load balancers is two or three long; a longer one goes round in circles with ever new names. */
const maxRedirects = 3

/** Where a server's no sends its client: `ex: {code: 302, redirect: "rtmp://..."}`. Null: it sends nowhere. Spec: Adobe, FMS `Client.redirect` */
export function readRedirect({ properties }: Pick<Status, 'properties'>): string | null {
  const ex = properties['ex']
  if (!isAmfObject(ex)) return null
  const { code, redirect } = ex
  return Number(code) === 302 && typeof redirect === 'string' && redirect !== '' ? redirect : null
}

/** What is done with it. `place` is scheme, host and port, for the operator; `refused` goes on from `the server sent the connection`. */
export type RedirectPlan = { readonly url: RtmpUrl; readonly place: string } | { readonly refused: string }

type RedirectTerms = {
  readonly streamKey: string
  /** Places of this connection so far, the first included. */
  readonly visited: readonly string[]
  readonly refuseHost: ((host: string) => SluiceError | null) | undefined
}

/**
 * The address to connect to next. The stream keeps its name; user and password go to the host that they are for and to no other; TLS is not
 * given up.
 */
export function planRedirect(from: RtmpUrl, to: string, { streamKey, visited, refuseHost }: RedirectTerms): RedirectPlan {
  let address: RtmpAddress
  try {
    const read = parseAddress(to)
    if (!isRtmp(read)) return { refused: `to ${read.scheme}://, which is not RTMP` }
    address = read
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return { refused: `to an address that cannot work: ${error.message}` }
  }
  const place = formatPlace(address)
  const url = urlOf(address, from, streamKey)
  if (from.isTls && !url.isTls) return { refused: `from rtmps to ${place}, which is not encrypted` }
  if (visited.includes(formatVisit(url))) return { refused: `to ${place}, where it has been already` }
  if (visited.length > maxRedirects) return { refused: `on to ${place}, after ${maxRedirects} others` }
  const refused = refuseHost?.(address.host) ?? null
  if (refused !== null) return { refused: `to ${place}: ${refused.message}` }
  return { url, place }
}

/** Two addresses of one application are one visit. */
export const formatVisit = ({ isTls, host, port, app }: RtmpUrl): string => `${isTls ? 'rtmps' : 'rtmp'} ${host} ${port} ${app}`

function urlOf(address: RtmpAddress, from: RtmpUrl, streamKey: string): RtmpUrl {
  const [name = '', ...nameQuery] = streamKey.split('?')
  const hasName = name !== '' && address.path.endsWith(`/${name}`)
  // Some servers send on to the stream and not to the application; some name a host alone.
  const path = hasName ? address.path.slice(0, -name.length - 1) : address.path
  const query = hasName && address.query === nameQuery.join('?') ? '' : address.query
  const app = path === '' ? from.app : path + (query === '' ? '' : `?${query}`)
  const port = portOf(address)
  const isSameHost = address.host === from.host && port === from.port
  return {
    isTls: address.scheme === 'rtmps',
    host: address.host,
    port,
    app,
    tcUrl: `${formatPlace(address)}/${app}`,
    user: isSameHost ? from.user : null,
    password: isSameHost ? from.password : null,
  }
}
