import type { Clock } from '@sluice/base/clock'
import { rankOf, type SourceName } from '@sluice/base/words'
import type { ChannelSpec, EventDraft, InputActual, InputSpec, InputStats } from '@sluice/contract/link'
import type { Programme } from '@sluice/media/programme'
import type { ContentWatcher } from '../watch/index.ts'
import { BackupConformity } from './backup-conformity.ts'
import { ChannelInput, type InputNews } from './channel-input.ts'
import { conformityEvent, faultEvent, inputEvent, pullEvent } from './input-events.ts'
import { InputPull, type OpenPull, type PullNews } from './input-pull.ts'
import { sourceUrl } from './source-url.ts'

/** What the inputs of all channels share. */
export type InputSources = {
  /** Absent: inputs call nobody. */
  readonly openPull?: OpenPull
  /** Absent: black, frozen and silent media is not seen. */
  readonly watcher?: ContentWatcher
  /** Highest mean bitrate of an input, Mbit/s; absent: 100. */
  readonly inputMaxMbps?: number
}

/** A session of an input that began, or ended: `problem` is null where the encoder ended it by its own word. */
export type SessionNews = Extract<InputNews, { type: 'connected' | 'lost' }>

type Parts = InputSources & {
  readonly channelId: string
  readonly programme: Programme
  readonly clock: Clock
  readonly random: () => number
  readonly onFault: (error: unknown) => void
  readonly onEvent: (draft: EventDraft) => void
  /** Something in `actual()` is new. */
  readonly onActual: () => void
  /** A session began or ended, before the switch acts on it. */
  readonly onSession: (input: ChannelInput, news: SessionNews) => void
}

/** All ways into one channel, with what calls their sources and what compares them. It owns them and closes them. */
export class ChannelInputs {
  readonly #parts: Parts
  // bound: one an input of the spec, eight at most
  readonly #inputs = new Map<string, ChannelInput>()
  // bound: one an input of the spec, eight at most
  readonly #pulls = new Map<string, InputPull>()
  readonly #conformity = new BackupConformity()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The input that a publisher's key opens. */
  byKey(keyHash: string): ChannelInput | undefined {
    return [...this.#inputs.values()].find((input) => input.spec.keyHash === keyHash)
  }

  byId(inputId: string): ChannelInput | undefined {
    return this.#inputs.get(inputId)
  }

  /** The one that is the source; undefined for slate and none. */
  of(source: SourceName): ChannelInput | undefined {
    return [...this.#inputs.values()].find(({ role }) => role === source)
  }

  /** The kind of media that some input sends without its decoder configuration, video first; null for none. */
  withoutConfig(): 'video' | 'audio' | null {
    const inputs = [...this.#inputs.values()]
    return (['video', 'audio'] as const).find((kind) => inputs.some((input) => input.isWithoutConfig(kind))) ?? null
  }

  /** An input has a session, or something of its last one changes by time alone. */
  get isBusy(): boolean {
    return [...this.#inputs.values()].some((input) => input.isBusy)
  }

  /** Changes when something in `actual()` does that nothing else tells. */
  get mark(): string {
    return [...this.#inputs.values()].map((input) => input.mark).join()
  }

  /** In order of rank. */
  actual(): InputActual[] {
    const ranked = [...this.#inputs.values()].sort((a, b) => rankOf(a.role) - rankOf(b.role))
    return ranked.map((input) => ({
      ...input.actual(),
      ...this.#pulls.get(input.inputId)?.actual(),
      ...this.#conformity.actual(input),
    }))
  }

  stats(nowMs: number): InputStats[] {
    return [...this.#inputs.values()].map((input) => input.stats(nowMs)).filter((stats) => stats !== null)
  }

  /** Inputs go, move and come one step after the other, under the new policy from the first on. */
  setSpec(spec: Pick<ChannelSpec, 'inputs' | 'source'>, isEnded = false): void {
    const { programme } = this.#parts
    programme.setPolicy({ ...spec.source, isEnded, lock: this.#lockNow(spec) })
    this.#remove(new Set(spec.inputs.map(({ inputId }) => inputId)))
    this.#move(spec.inputs)
    for (const inputSpec of spec.inputs) this.#apply(inputSpec)
    programme.setPolicy({ ...spec.source, isEnded })
    for (const input of this.#inputs.values()) input.watch.setTriggers(spec.source.triggers)
  }

  /** Once a second: loss, and faults of the media. */
  judge(): void {
    for (const input of this.#inputs.values()) {
      try {
        this.#judgeOne(input)
      } catch (error) {
        // What one input can't be judged by must not keep the outputs of the channel from their turn.
        this.#parts.onFault(error)
      }
    }
  }

  #judgeOne(input: ChannelInput): void {
    const { channelId, clock, programme, onActual, onEvent } = this.#parts
    input.judgeLoss()
    input.judgeTracks()
    const { isChanged, news } = input.watch.look(clock.nowMs())
    if (isChanged) onActual()
    if (news !== null) onEvent(faultEvent(channelId, input, news, input.role === programme.source))
  }

  /** Once a second: every backup against the primary. */
  compare(nowMs: number): void {
    const { channelId, clock, onEvent, onActual } = this.#parts
    const news = this.#conformity.look([...this.#inputs.values()], nowMs, clock.wallMs())
    for (const { input, conformity } of news) {
      const draft = conformity.lastComparedAt === null ? conformityEvent(channelId, input, conformity) : null
      if (draft !== null) onEvent(draft)
    }
    if (news.length > 0) onActual()
  }

  close(message: string): void {
    for (const pull of this.#pulls.values()) pull.close()
    for (const input of this.#inputs.values()) input.end(message)
  }

  #remove(wanted: ReadonlySet<string>): void {
    for (const [inputId, input] of this.#inputs) {
      if (wanted.has(inputId)) continue
      this.#pulls.get(inputId)?.close()
      this.#pulls.delete(inputId)
      input.remove()
      this.#inputs.delete(inputId)
      this.#conformity.forget(inputId)
    }
  }

  /** Inputs that change their roles keep their sessions. */
  #move(specs: readonly InputSpec[]): void {
    const moving = specs.flatMap(({ inputId, role }) => {
      const input = this.#inputs.get(inputId)
      return input === undefined || input.role === role ? [] : [{ input, role }]
    })
    if (moving.length === 0) return
    const moves = new Map(moving.map(({ input, role }) => [input.role, role]))
    this.#parts.programme.moveInputs(moves)
    for (const { input, role } of moving) input.moveTo(role)
    if (moves.has('primary')) this.#conformity.clear()
  }

  #apply(spec: InputSpec): void {
    const input = this.#inputs.get(spec.inputId)
    if (input !== undefined) input.setSpec(spec)
    else this.#add(spec)
    this.#parts.programme.setMaintenance(spec.role, spec.isInMaintenance ?? false)
    this.#pulls.get(spec.inputId)?.setUrl(spec.enabled ? sourceUrl(spec) : null)
  }

  #add(spec: InputSpec): void {
    const { programme, clock, random, watcher, inputMaxMbps: maxMbps, onFault, openPull: open } = this.#parts
    const input = new ChannelInput(spec, {
      programme,
      clock,
      watcher,
      maxMbps,
      onNews: (one, news) => this.#onInputNews(one, news),
      onFault,
    })
    this.#inputs.set(spec.inputId, input)
    if (open === undefined) return
    this.#pulls.set(spec.inputId, new InputPull(input, { clock, random, open, onNews: (news) => this.#onPullNews(input, news) }))
  }

  /** The lock of `spec` under the role that its input has until it is moved. */
  #lockNow({ source, inputs }: Pick<ChannelSpec, 'inputs' | 'source'>): ChannelSpec['source']['lock'] {
    const pinned = inputs.find(({ role }) => role === source.lock)
    return this.#inputs.get(pinned?.inputId ?? '')?.role ?? source.lock
  }

  #onInputNews(input: ChannelInput, news: InputNews): void {
    this.#parts.onEvent(inputEvent(this.#parts.channelId, input, news))
    if (news.type === 'connected' || news.type === 'lost') this.#parts.onSession(input, news)
    this.#parts.onActual()
  }

  #onPullNews(input: ChannelInput, news: PullNews): void {
    if (news.type === 'failed' && news.isNews) this.#parts.onEvent(pullEvent(this.#parts.channelId, input, news))
    this.#parts.onActual()
  }
}
