import type { Failure, FailureKind } from '@sluice/base/errors'
import type { Status } from './status.ts'

/** How far the client was when the far end said no. */
export type RefusalPhase = 'connect' | 'publish' | 'play' | 'live'

/**
 * What a server's no means, by its code and its words. The order counts: words about a name in use are looked for before words
 * about a wrong name, because `Publish.BadName` is both (nginx-rtmp: "Already publishing"; Wowza: "already in use").
 * See the table in README.md for who says what.
 */
const rules: readonly { words: RegExp; kind: FailureKind | 'passing' }[] = [
  {
    words: /already (publish|in use|exist|stream|live|being)|stream (is )?busy|duplicate|currently in use|name in use|stale publish/i,
    kind: 'duplicate-publisher',
  },
  { words: /codec|unsupported (video|audio|media|format)|videocodecid|audiocodecid/i, kind: 'codec' },
  {
    // Before the words of a wrong key, which ends the retries: an authorisation service that is down has judged nobody's key.
    words:
      /try (again|later)|temporar|unavailable|overload|too many|rate.?limit|maintenance|internal (server )?error|(server|service|backend|upstream|hook|callback) (is |has )?(timed? ?out|timeout|unreachable|down|failed)/i,
    kind: 'passing',
  },
  {
    words:
      /auth|denied|forbidden|unauthori[sz]ed|not allowed|permission|credential|password|token|expired|invalid.{0,12}key|wrong.{0,12}key|stream ?key|accessmanager/i,
    kind: 'auth',
  },
]

/** Classes a refusal. Neither code nor description has been shown to anyone: `mask` takes the key out of what is. */
export function classifyRefusal(status: Status, phase: RefusalPhase, mask: (text: string) => string): Failure {
  // brpc says StreamNotFound to publishers, for want of a code that all clients know.
  const absent = phase === 'publish' ? null : absentStream(status, mask)
  if (absent !== null) return absent
  const words = `${status.code} ${status.description}`
  const meaning = rules.find((rule) => rule.words.test(words))?.kind ?? 'unknown'
  const kind = meaning === 'unknown' || meaning === 'passing' ? byCode(status.code, phase) : meaning
  const said = [status.code, status.description].filter((part) => part !== '').join(': ')
  return {
    kind,
    code:
      kind === 'auth'
        ? 'RTMP_AUTH'
        : kind === 'duplicate-publisher'
          ? 'RTMP_DUPLICATE_PUBLISHER'
          : kind === 'codec'
            ? 'RTMP_CODEC'
            : 'RTMP_REFUSED',
    message: `the server refused ${phase === 'live' ? 'to go on' : phase}: ${mask(said).slice(0, maxSaidChars) || 'no reason given'}`,
    ...(status.code === '' ? {} : { peerCode: mask(status.code) }),
  }
}

const maxSaidChars = 300

/** Nobody publishes what we play: not yet, or no more. That is no no, and asking again is right. */
function absentStream({ code, description }: Status, mask: (text: string) => string): Failure | null {
  const isMissing = code === 'NetStream.Play.StreamNotFound'
  if (!isMissing && !endOfPlay.includes(code)) return null
  const said = mask([code, description].filter((part) => part !== '').join(': ')).slice(0, maxSaidChars)
  const message = `${isMissing ? 'the server has no such stream' : 'the stream has ended'}: ${said}`
  return { kind: 'remote-close', code: isMissing ? 'RTMP_STREAM_NOT_FOUND' : 'RTMP_STREAM_ENDED', message, peerCode: code }
}

/** How servers say to a player that nothing more will come. nginx-rtmp, FMS and SRS say UnpublishNotify; FMS says Complete for recordings. */
export const endOfPlay: readonly string[] = ['NetStream.Play.Stop', 'NetStream.Play.UnpublishNotify', 'NetStream.Play.Complete']

function byCode(code: string, phase: RefusalPhase): FailureKind {
  // A bare BadName says that someone publishes under the name (FMS, nginx-rtmp, SRS, ffmpeg); wrong keys come with words.
  if (code === 'NetStream.Publish.BadName') return 'duplicate-publisher'
  if (code === 'NetStream.Unpublish.Success' || code.startsWith('NetConnection.Connect.Closed') || code.endsWith('AppShutdown'))
    return 'remote-close'
  return phase === 'live' ? 'remote-close' : 'publish-rejected'
}

/** Takes a secret out of texts: the whole key and its name without query, as they are and percent-encoded. */
export function maskOf(secret: string): (text: string) => string {
  const name = secret.split('?')[0]!
  const forms = [...new Set([secret, encodeURIComponent(secret), name, encodeURIComponent(name)])]
    .filter((form) => form.length >= minSecretChars)
    .sort((a, b) => b.length - a.length)
  return (text) => forms.reduce((masked, form) => masked.replaceAll(form, '***'), text)
}

/** Shorter names hide nothing, and would tear holes into every text. */
const minSecretChars = 4
