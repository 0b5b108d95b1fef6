import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { ChannelStats, EnhancedStanding } from '@sluice/contract/api'
import type { ConfigurationAnswer } from '@sluice/contract/enhanced-broadcasting'
import type { NewEvent } from '@sluice/contract/link'
import { type AskedTrack, fpsFraction, type SourceFacts } from '@sluice/judge/plan'
import type { ChannelConfig } from '../desired/index.ts'
import type { LiveState } from '../observed/index.ts'
import type { Vault } from '../vault/index.ts'
import type { Asked, AskPlatform, Question, Refusal } from './ask-platform.ts'
import type { GrantStore } from './grant-store.ts'
import { type PublishPlace, publishPlace } from './publish-place.ts'

/** A grant is for one session: one that was lost is not asked for again before so long. */
const askAgainMs = 15_000
/** An output that sends nothing without a grant asks again. */
const retryMs = 30_000
/** A platform that wants more than this machine can make is asked for fewer, down to so many. */
const leastTracks = 2
const maxTries = 4

type Grant = { readonly answer: ConfigurationAnswer; readonly place: PublishPlace; readonly tracks: readonly AskedTrack[] }
type Entry = {
  /** The broadcast and the place of the output: each has a grant of its own. */
  readonly session: string
  /** Of the output when it was asked for; null: before this process. Who starts it again asks anew after a refusal, and keeps a grant. */
  readonly generation: number | null
  grant: Grant | null
  refusal: Refusal | null
  isAsking: boolean
  askedMs: number
}

export type EnhancedGrantsParts = {
  readonly clock: Clock
  readonly log: Logger
  readonly vault: Vault
  readonly store: GrantStore
  readonly live: Pick<LiveState, 'output'>
  readonly config: (channelId: string) => ChannelConfig | undefined
  readonly ask: AskPlatform
  /** The source of this broadcast that plans are made for; null: it is not stable yet. */
  readonly sourceOf: (channelId: string, broadcast: string | null) => SourceFacts | null
  /** The plan has no room for all tracks of this output. */
  readonly isShort: (config: ChannelConfig, outputId: string) => boolean
  /** What the channel's outputs are granted is new: it is planned and sent to its engine again. */
  readonly onChanged: (channelId: string) => void
  readonly onEvent: (workspaceId: string, event: NewEvent) => void
}

type Output = ChannelConfig['outputs'][number]
const wantsIt = ({ enhanced, desired }: Output): boolean => enhanced !== 'off' && desired === 'running'

/**
 * The way out of Enhanced Broadcasting: asks the platform before each broadcast which tracks it wants, and keeps what it grants. It is stored, so that
 * a restart of control leaves a running stream alone.
 */
export class EnhancedGrants {
  readonly #parts: EnhancedGrantsParts
  // bound: one an output that is asked for it, taken away with its channel's show
  readonly #entries = new Map<string, Entry>()

  constructor(parts: EnhancedGrantsParts) {
    this.#parts = parts
  }

  /** What platforms said before this process. */
  async load(): Promise<void> {
    for (const { outputId, session, answer, refusal, ownKey } of await this.#parts.store.all()) {
      const grant = answer === null ? null : toGrant(answer, ownKey)
      this.#entries.set(outputId, { session, generation: null, grant, refusal, isAsking: false, askedMs: this.#parts.clock.nowMs() })
    }
  }

  /** What the plan of a channel has to make, by output. */
  asked(config: ChannelConfig): ReadonlyMap<string, readonly AskedTrack[]> {
    const found = new Map<string, readonly AskedTrack[]>()
    for (const output of config.outputs.filter(wantsIt)) {
      const grant = this.#entries.get(output.id)?.grant
      if (grant != null) found.set(output.id, grant.tracks)
    }
    return found
  }

  /** Where an output publishes its tracks. `wait`: not before the platform has answered; null: where it always does, one track. */
  placeOf(output: Output): PublishPlace | 'wait' | null {
    if (!wantsIt(output)) return null
    const entry = this.#entries.get(output.id)
    if (entry?.grant != null) return entry.grant.place
    return entry?.refusal == null || output.enhanced === 'only' ? 'wait' : null
  }

  standing(outputId: string): EnhancedStanding | null {
    const entry = this.#entries.get(outputId)
    if (entry === undefined) return null
    const { grant, refusal } = entry
    const tracks = (grant?.tracks ?? []).map(({ width, height, fps, kbps }) => ({ width, height, fps: round(fps.num / fps.den), kbps }))
    if (grant !== null) return { state: 'granted', code: null, message: grant.answer.message, tracks }
    if (refusal !== null) return { state: 'refused', code: refusal.code, message: refusal.message, tracks }
    return { state: 'asking', code: null, message: null, tracks }
  }

  /** Nothing is on the air, or the channel is gone: its grants are over. */
  forget(channelId: string): void {
    const gone = (this.#parts.config(channelId)?.outputs ?? []).map(({ id }) => id).filter((id) => this.#entries.has(id))
    if (gone.length === 0) return
    for (const id of gone) this.#entries.delete(id)
    this.#parts.store
      .drop(gone)
      .catch((error: unknown) => this.#parts.log.warn({ channelId, error: messageOf(error) }, 'old grants could not be deleted'))
    // Whoever has none waits for the next one, and does not begin the next show by the old one.
    this.#parts.onChanged(channelId)
  }

  /** Once a second for each channel that moves. */
  note(stats: ChannelStats): void {
    const { config: configOf, sourceOf } = this.#parts
    const config = configOf(stats.channelId)
    if (config === undefined || !config.outputs.some(({ enhanced }) => enhanced !== 'off')) return
    const broadcast = stats.broadcast?.startedAt ?? null
    // The tracks of a stream can't change on its way: it begins once the source is known to be stable.
    const video = sourceOf(stats.channelId, broadcast)?.video ?? null
    if (video === null || video.fps === null || video.fps < 1) return
    const canvas = { width: video.width, height: video.height, fps: fpsFraction(video.fps) }
    for (const output of config.outputs) {
      if (!wantsIt(output)) this.#entries.delete(output.id)
      else this.#look(config, output, `${broadcast ?? ''} ${output.place_no}`, canvas)
    }
  }

  #look(config: ChannelConfig, output: Output, session: string, canvas: Question['canvas']): void {
    const { clock, live } = this.#parts
    const before = this.#entries.get(output.id)
    const { generation } = output
    const isStartedAgain = before?.grant === null && before.generation !== null && before.generation !== generation
    if (before === undefined || before.session !== session || isStartedAgain) {
      const entry = { session, generation, grant: null, refusal: null, isAsking: false, askedMs: 0 }
      this.#entries.set(output.id, entry)
      void this.#ask(config, output, entry, canvas)
      return
    }
    if (before.isAsking) return
    const sinceMs = clock.nowMs() - before.askedMs
    const isLost = before.grant !== null && sinceMs >= askAgainMs && live.output(output.id)?.state === 'backoff'
    const isDue = before.grant === null && sinceMs >= retryMs && output.enhanced === 'only'
    if (isLost || isDue) void this.#ask(config, output, before, canvas)
  }

  async #ask(config: ChannelConfig, output: Output, entry: Entry, canvas: Question['canvas']): Promise<void> {
    const { clock, vault, log, onChanged, store } = this.#parts
    entry.isAsking = true
    entry.askedMs = clock.nowMs()
    try {
      const sealed = output.key_sealed
      const ownKey = sealed === null ? '' : vault.open({ table: 'destination', column: 'key_sealed', row: output.destination_id }, sealed)
      const { answer, refusal } = await this.#askUntilItFits(config, output, entry, { streamKey: ownKey, canvas, maxTracks: null })
      // Another session, or none, by now.
      if (this.#entries.get(output.id) !== entry) return
      await store.keep({ outputId: output.id, session: entry.session, answer, refusal, ownKey })
      onChanged(config.record.channel.id)
    } catch (error) {
      log.warn({ outputId: output.id, error: messageOf(error) }, 'a platform could not be asked for Enhanced Broadcasting')
    } finally {
      entry.isAsking = false
    }
  }

  /** A platform that wants more tracks than this machine can make is asked for fewer. */
  async #askUntilItFits(config: ChannelConfig, output: Output, entry: Entry, question: Question): Promise<Asked> {
    for (let maxTracks = question.maxTracks, tries = 1; ; tries++) {
      const asked = await this.#parts.ask({ ...question, maxTracks })
      if (this.#entries.get(output.id) !== entry) return asked
      this.#take(config, output, entry, asked, question.streamKey)
      const tracks = entry.grant?.tracks.length ?? 0
      if (tracks <= leastTracks || tries === maxTries || !this.#parts.isShort(config, output.id)) return asked
      maxTracks = tracks - 1
    }
  }

  #take(config: ChannelConfig, output: Output, entry: Entry, { answer, refusal }: Asked, ownKey: string): void {
    if (answer !== null) {
      const isFirst = entry.grant === null
      entry.grant = toGrant(answer, ownKey)
      entry.refusal = null
      if (isFirst)
        this.#tell(
          config,
          output,
          'output.enhanced',
          'ENHANCED_GRANTED',
          grantWords(output.name, entry.grant.tracks.length, answer.message),
        )
      return
    }
    const isNews = entry.refusal?.message !== refusal.message
    entry.grant = null
    entry.refusal = refusal
    const then =
      output.enhanced === 'only' ? 'Nothing is sent. It is asked again every 30 s.' : 'It gets one track, as without Enhanced Broadcasting.'
    if (isNews) this.#tell(config, output, 'output.enhanced_failed', refusal.code, `${output.name}: ${refusal.message} ${then}`)
  }

  #tell(config: ChannelConfig, output: Output, name: 'output.enhanced' | 'output.enhanced_failed', code: string, message: string): void {
    const { id, workspace_id } = config.record.channel
    const severity = name === 'output.enhanced' ? 'info' : output.enhanced === 'only' ? 'error' : 'warning'
    this.#parts.onEvent(workspace_id, { name, severity, channelId: id, subjectId: output.id, message, data: { code } })
  }
}

function toGrant(answer: ConfigurationAnswer, ownKey: string): Grant {
  const audioKbps = answer.liveAudio[0]?.kbps ?? 128
  const tracks = answer.encoders.map(({ width, height, fps, kbps, gopSeconds }) => {
    return { width, height, fps, kbps, gopMs: Math.round(gopSeconds * 1000), audioKbps }
  })
  return { answer, place: publishPlace(answer, ownKey), tracks }
}

const round = (fps: number): number => Math.round(fps * 100) / 100

function grantWords(name: string, tracks: number, said: string | null): string {
  const words = said === null ? '' : ` It says: ${said}`
  return `${name}: the platform asks for ${tracks === 1 ? '1 video track' : `${tracks} video tracks`}.${words}`
}
