import { md5Base64, md5Hex } from '../handshake/crypto.ts'

/** User and password from the URL, and our own part of the challenge: 8 characters that were not used before. */
export type Credentials = { user: string; password: string; nonce: string }

/**
 * What to add to app and tcUrl for the next try, after a server refused connect with `description`. Null when it asked for
 * nothing that user and password can answer, or when it refused the answer. Two rounds: first the server wants to know the
 * user, then it sends a challenge. Adobe's form is spoken by FMS, Wowza and Akamai, Limelight's (`llnw`) by Limelight. Neither
 * has a public spec; both as in librtmp 2.4 and ffmpeg.
 */
export function answerAuthChallenge(description: string, app: string, credentials: Credentials): string | null {
  const mode = /authmod=(adobe|llnw)/.exec(description)?.[1]
  if (mode === undefined) return null
  const prefix = `?authmod=${mode}&user=${credentials.user}`
  if (description.includes('code=403 need auth')) return prefix
  const asked = /\?(reason=needauth&\S*)/.exec(description)?.[1]
  if (asked === undefined) return null
  const given = new Map(asked.split('&').map((pair) => splitPair(pair)))
  return prefix + (mode === 'adobe' ? adobeAnswer(given, credentials) : limelightAnswer(given, app, credentials))
}

function adobeAnswer(given: ReadonlyMap<string, string>, { user, password, nonce }: Credentials): string {
  const opaque = given.get('opaque') ?? ''
  const seed = opaque === '' ? (given.get('challenge') ?? '') : opaque
  const response = md5Base64(md5Base64(user + (given.get('salt') ?? '') + password) + seed + nonce)
  return `&challenge=${nonce}&response=${response}&opaque=${opaque}`
}

/** HTTP Digest (RFC 2617) with fixed realm, method and quality of protection. */
function limelightAnswer(given: ReadonlyMap<string, string>, app: string, { user, password, nonce }: Credentials): string {
  const theirNonce = given.get('nonce') ?? ''
  const count = '00000001'
  const path = app.split('?')[0]!
  const secret = md5Hex(`${user}:live:${password}`)
  const place = md5Hex(`publish:/${path}${path.includes('/') ? '' : '/_definst_'}`)
  const response = md5Hex(`${secret}:${theirNonce}:${count}:${nonce}:auth:${place}`)
  return `&nonce=${theirNonce}&cnonce=${nonce}&nc=${count}&response=${response}`
}

/** Cut at the first `=` only: base64 values end in more of them. */
function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
}
