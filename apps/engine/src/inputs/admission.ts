import type { Throttle } from '@sluice/base/admission'
import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import type { EventDraft } from '@sluice/contract/link'
import { type KeyDirectory, type Knock, type KnownKey, keyCandidates, type SrtTerms } from '../directory/index.ts'
import { relayRefusal } from '../relay/index.ts'
import type { ChannelInput } from './channel-input.ts'
import { formatMoreTries } from './input-events.ts'
import type { RefusalReports } from './refusal-reports.ts'

export type PublisherAdmissionParts = {
  readonly engineId: string
  readonly log: Logger
  readonly directory: KeyDirectory
  /** An input of this engine, by its key. */
  readonly inputOf: (channelId: string, keyHash: string) => ChannelInput | undefined
  readonly onEvent: (draft: EventDraft) => void
  readonly reports: RefusalReports
  /** Counts RTMP publishers whose key is not known; SRT's listener counts its own. */
  readonly refusals?: { readonly throttle: Throttle; readonly clock: Clock }
}

/** Why somebody is refused, for the words and for each protocol's own codes. */
export const refusalWords = {
  'unknown-key': 'the stream key is unknown; copy it again from the channel page',
  'several-keys': 'its address or stream id has two different stream keys of this Sluice; remove one',
  'play-token': 'it uses a playback key; use the stream key of an input',
  'asks-to-watch': 'its stream id asks to play, but it sends media; replace m=request, read: or play: with publish',
  disabled: 'this input is disabled',
  'in-use': 'this stream key is already in use by another encoder',
  'passphrase-missing': 'this input has a passphrase and the encoder has none',
  'passphrase-unexpected': 'the encoder has a passphrase and this input has none',
  'passphrase-wrong': 'the encoder and this input have different passphrases',
  'stream-id': 'its stream id has the stream key of another input than the one whose port it calls',
  unreachable: 'the engine of this channel is down and is being restarted',
} as const
export type RefusalCode = keyof typeof refusalWords
export const isRefusalCode = (text: unknown): text is RefusalCode => typeof text === 'string' && Object.hasOwn(refusalWords, text)

export type Admission =
  | { readonly to: 'nobody'; readonly code: RefusalCode }
  | { readonly to: 'input'; readonly input: ChannelInput }
  /** The channel is another engine's. `code`: it is to be refused, which the owner tells. */
  | { readonly to: 'engine'; readonly relayPath: string; readonly key: string; readonly terms: SrtTerms; readonly code: RefusalCode | null }

const nobody = (code: RefusalCode): Admission => ({ to: 'nobody', code })

/** Decides on a publisher, whatever its protocol: to an input of this engine, on to the engine that has it, or away. A refusal that names a known key is told at its channel. */
export function admitPublisher(parts: PublisherAdmissionParts, knock: Knock): Admission {
  const candidates = keyCandidates(knock.texts)
  const [known, other] = parts.directory.publishers(candidates)
  if (known === undefined) return refuseUnknown(parts, knock, candidates)
  if (other !== undefined) {
    for (const { keyHash, route } of [known, other]) {
      const input = parts.inputOf(route.channelId, keyHash)
      if (input !== undefined) tellRefusal(parts, input, knock, 'several-keys')
    }
    return nobody('several-keys')
  }
  const { keyHash, route } = known
  if (route.engineId !== parts.engineId && !knock.isRelay && route.relayPath !== null) return sendOn(parts, knock, known, route.relayPath)
  const input = parts.inputOf(route.channelId, keyHash)
  if (input === undefined) return nobody(route.engineId === parts.engineId ? 'unknown-key' : 'unreachable')
  return admitTo(parts, input, knock)
}

/** The same for somebody whose input is known without a key: by the port that it called. */
export function admitTo(parts: PublisherAdmissionParts, input: ChannelInput, knock: Knock): Admission {
  const code = refusalBy(input.spec.srt, knock) ?? (input.spec.enabled ? null : 'disabled')
  // Last: it ends a session that fell silent, or a call of our own.
  const refused = code ?? (input.giveWay() ? null : 'in-use')
  if (refused === null) return { to: 'input', input }
  tellRefusal(parts, input, knock, refused)
  return nobody(refused)
}

/** Passphrases are judged before anything is given away. */
function refusalBy({ passphrase }: { passphrase: string | null }, { isEncrypted }: Knock): RefusalCode | null {
  if (isEncrypted === null || isEncrypted === (passphrase !== null)) return null
  return isEncrypted ? 'passphrase-unexpected' : 'passphrase-missing'
}

function sendOn({ directory }: PublisherAdmissionParts, knock: Knock, { key, keyHash }: KnownKey, relayPath: string): Admission {
  const terms = directory.srtTerms(keyHash) ?? { passphrase: null, latencyMs: 0 }
  return { to: 'engine', relayPath, key, terms, code: refusalBy(terms, knock) }
}

/** Nobody's key: the log's alone. A play token names a channel all the same, and an encoder that has it was set up for that channel. */
function refuseUnknown(parts: PublisherAdmissionParts, knock: Knock, candidates: readonly string[]): Admission {
  const { refusals } = parts
  if (knock.protocol !== 'srt' && !knock.isRelay) refusals?.throttle.spend(knock.remoteAddress, refusals.clock.nowMs())
  const [watcher] = parts.directory.players(candidates)
  if (watcher === undefined) {
    parts.log.warn({ protocol: knock.protocol, remoteAddress: knock.remoteAddress }, 'publisher refused: unknown stream key')
    return nobody('unknown-key')
  }
  tellPlayToken(parts, knock, watcher)
  return nobody('play-token')
}

function tellPlayToken(parts: PublisherAdmissionParts, knock: Knock, watcher: KnownKey): void {
  const { channelId } = watcher.route
  parts.reports.report(`${channelId} play-token`, (more) => {
    const message = `An encoder from ${knock.remoteAddress} was refused${formatMoreTries(more)}: ${refusalWords['play-token']}`
    parts.onEvent({ name: 'input.refused', severity: 'warning', channelId, subjectId: channelId, message, data: { code: 'play-token' } })
  })
}

/**
 * Tells that somebody who was let in to watch sends media: an encoder that its operator set up so. Without a word it would look connected there,
 * and missing here.
 */
export function tellSendingViewer(parts: PublisherAdmissionParts, knock: Knock): void {
  const candidates = keyCandidates(knock.texts)
  const [known] = parts.directory.publishers(candidates)
  const [watcher] = parts.directory.players(candidates)
  if (known === undefined) {
    if (watcher !== undefined) tellPlayToken(parts, knock, watcher)
    return
  }
  const { route, keyHash, key } = known
  const input = parts.inputOf(route.channelId, keyHash)
  if (input !== undefined) tellRefusal(parts, input, knock, 'asks-to-watch')
  else if (route.engineId !== parts.engineId && route.relayPath !== null) tellThere(parts, knock, route.relayPath, key, 'asks-to-watch')
}

/** Tells a refusal to the engine that has the input. */
export function tellThere(
  { log, reports }: PublisherAdmissionParts,
  { remoteAddress }: Knock,
  relayPath: string,
  key: string,
  code: RefusalCode,
): void {
  reports.report(`${key} ${code}`, () => relayRefusal(relayPath, { key, code, remoteAddress, log }))
}

/** Tells a refusal at the input, in its timeline and as its last problem, alike ones at most once in some seconds. */
export function tellRefusal(
  { reports }: PublisherAdmissionParts,
  input: ChannelInput,
  { protocol, remoteAddress }: Pick<Knock, 'protocol' | 'remoteAddress'>,
  code: RefusalCode,
): void {
  const who = `${protocol === 'srt' ? 'an SRT' : 'a'} publisher from ${remoteAddress}`
  reports.report(`${input.inputId} ${code}`, (more) => input.noteRefusal({ who, code, why: refusalWords[code], more }))
}
