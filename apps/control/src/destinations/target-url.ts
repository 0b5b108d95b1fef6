import { isIPv6 } from 'node:net'
import { isSrtListener, srtQueryProblem } from './srt-query.ts'

/** An address that an output may push to, in its parts. `host` is ASCII (punycode), lower case, IPv6 in brackets; '' for an SRT listener on all addresses. */
export type TargetUrl = {
  scheme: 'rtmp' | 'rtmps' | 'srt'
  host: string
  port: number | null
  /** As it was given, with its leading slash; empty for SRT. */
  path: string
  /** As it was given, without the question mark. */
  query: string
}

/** What is wrong with an address, as one sentence with found and expected; never the address itself. */
export type TargetProblem = { problem: string }

const form = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@)?(\[[^\]/?#]*\]|[^:/?#]*)(?::([^/?#]*))?(\/[^?#]*)?(?:\?([^#]*))?(#.*)?$/i
const schemes: readonly string[] = ['rtmp', 'rtmps', 'srt']
const maxHostLength = 253

/** Takes an address apart and checks each part. Nothing is looked up: the engine judges what a name resolves to. */
export function parseTargetUrl(text: string): TargetUrl | TargetProblem {
  const odd = /[\s\p{Cc}]/u.exec(text)
  if (odd !== null)
    return problem(`there is ${odd[0] === ' ' ? 'a space' : 'a line break or control character'} at position ${odd.index + 1}`)
  const parts = form.exec(text)
  if (parts === null) return problem('it has no form of an address: expected rtmp://host/app, rtmps://host/app or srt://host:port')
  const [, schemeText = '', userInfo, hostText = '', portText, path = '', query = '', fragment] = parts
  const scheme = schemeText.toLowerCase()
  if (!isScheme(scheme)) return problem(wrongScheme(scheme))
  if (userInfo !== undefined)
    return problem('there is a user name or password before the host (`...@`): put the key into the stream key field')
  if (scheme === 'srt') return parseSrt(hostText, portText, path, `${query}${fragment ?? ''}`)
  if (fragment !== undefined) return problem("there is a '#' in it: what follows would never be sent")
  const host = parseHost(hostText)
  if (typeof host !== 'string') return host
  const port = parsePort(portText)
  if (port !== null && typeof port !== 'number') return port
  const blank = findBlank(`${path}?${query}`)
  if (blank !== null) return blank
  if (path.replaceAll('/', '') === '') return problem(`there is no application after the host, as in ${scheme}://host/live`)
  return { scheme, host, port, path, query }
}

/** People write `streamid=#!::r=name` as it is, so a '#' belongs to the query here; without a host Sluice waits for a caller. */
function parseSrt(hostText: string, portText: string | undefined, path: string, query: string): TargetUrl | TargetProblem {
  const host = hostText === '' && isSrtListener({ host: '', query }) ? '' : parseHost(hostText)
  if (typeof host !== 'string') return host
  const port = parsePort(portText)
  if (port !== null && typeof port !== 'number') return port
  if (port === null) return problem('there is no port: an SRT address needs one, as in srt://host:9000')
  if (path !== '' && path !== '/') return problem('an SRT address has no path: put the stream id into the stream key field')
  const odd = srtQueryProblem(query)
  return odd === null ? (findBlank(query) ?? { scheme: 'srt', host, port, path: '', query }) : problem(odd)
}

/** A part in braces that the operator was to replace. */
export function findBlank(rest: string): TargetProblem | null {
  const blank = /\{[^}]*\}?/.exec(rest)
  return blank === null ? null : problem(`${blank[0]} is a blank to fill in: put the platform's own value there`)
}

const problem = (text: string): TargetProblem => ({ problem: text })
const isScheme = (text: string): text is TargetUrl['scheme'] => schemes.includes(text)

function wrongScheme(scheme: string): string {
  const expected = `the scheme is '${scheme}', not rtmp, rtmps or srt`
  if (scheme === 'http' || scheme === 'https') return `${expected}: use the platform's RTMP server address, not that of its web page`
  return expected
}

function parsePort(text: string | undefined): number | null | TargetProblem {
  if (text === undefined) return null
  const port = Number(text)
  if (/^[0-9]{1,5}$/.test(text) && port >= 1 && port <= 65535) return port
  return problem(`the port is '${text}', not a number 1..65535`)
}

/** ASCII form of a host. The web's own host parser reads it, so that 0x7f.1 or 2130706433 are seen as the address they mean. */
function parseHost(text: string): string | TargetProblem {
  if (text === '') return problem('there is no host')
  if (text.startsWith('[')) {
    if (!isIPv6(text.slice(1, -1)) || text.includes('%')) return problem(`'${text}' is not an IPv6 address`)
    return new URL(`http://${text}/`).hostname
  }
  if (/[{}]/.test(text)) return problem(`the host '${text}' has a blank to fill in: put the platform's own value there`)
  const badCharacter = /[%\\<>^`|"'!$&()*+,;=~]/.exec(text)
  if (badCharacter !== null) return problem(`the host has the character '${badCharacter[0]}'`)
  if (!URL.canParse(`http://${text}/`)) return problem(`the host '${text}' is not a name or address`)
  const ascii = new URL(`http://${text}/`).hostname
  const isName =
    ascii.length <= maxHostLength &&
    ascii.split('.').every((label, i, all) => isLabel(label) || (label === '' && i === all.length - 1 && i > 0))
  return isName ? ascii : problem(`the host '${ascii}' has a part that is empty, over 63 characters, or begins or ends with '-'`)
}

const isLabel = (label: string): boolean => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)

/** The address as text again. */
export const formatTargetUrl = ({ scheme, host, port, path, query }: TargetUrl): string =>
  `${scheme}://${host}${port === null ? '' : `:${port}`}${path}${query === '' ? '' : `?${query}`}`
