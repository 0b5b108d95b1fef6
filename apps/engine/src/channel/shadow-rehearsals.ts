import type { Timer } from '@sluice/base/clock'
import type { SourceName } from '@sluice/base/words'
import type { ChannelSpec, EventDraft, RehearsalResult, ShadowOrder } from '@sluice/contract/link'
import { Channel, type ChannelParts } from './channel.ts'

/** The generated sources get so long to be on the air and warm. */
const readyWithinMs = 15_000
const lookMs = 200
/** Both inputs are given a GOP before the cut: what was never warm proves nothing. */
const warmMs = 2500

type Shadow = { readonly channel: Channel; readonly order: ShadowOrder; timer: Timer; warmSinceMs: number | null; isCut: boolean }

/**
 * Rehearsals without an encoder: a second channel with the rules of the first, whose primary and backup play the same clip, without
 * outputs and out of everybody's reach. It lives for the rehearsal alone, and its verdict is told on the channel that it stands for.
 */
export class ShadowRehearsals {
  readonly #parts: Omit<ChannelParts, 'onActual'>
  // bound: one a channel, ended by its own timer
  readonly #shadows = new Map<string, Shadow>()

  constructor(parts: Omit<ChannelParts, 'onActual'>) {
    this.#parts = parts
  }

  start(spec: ChannelSpec, order: ShadowOrder): void {
    const { channelId } = spec
    if (this.#shadows.has(channelId)) {
      this.#refuse(channelId, order, 'none', 'another rehearsal is running')
      return
    }
    const onEvent = (draft: EventDraft): void => this.#tell(channelId, draft)
    const channel = new Channel(shadowSpec(spec, order.clipFile), { ...this.#parts, onEvent, onActual: () => {} }, () => [])
    const timer = this.#parts.clock.after(lookMs, () => this.#look(channelId, this.#parts.clock.nowMs() + readyWithinMs))
    this.#shadows.set(channelId, { channel, order, timer, warmSinceMs: null, isCut: false })
  }

  /** The channel is gone, or the engine ends. */
  end(channelId: string): void {
    const shadow = this.#shadows.get(channelId)
    this.#shadows.delete(channelId)
    shadow?.timer.cancel()
    shadow?.channel.close('the rehearsal is over')
  }

  close(): void {
    for (const channelId of [...this.#shadows.keys()]) this.end(channelId)
  }

  #look(channelId: string, deadlineMs: number): void {
    const shadow = this.#shadows.get(channelId)
    if (shadow === undefined || shadow.isCut) return
    const { clock } = this.#parts
    const nowMs = clock.nowMs()
    const { source, inputs } = shadow.channel.actual()
    const areReceiving = inputs.every(({ state }) => state === 'receiving')
    // Of two files that are opened at once the backup's may be read first: it would keep the air for the whole hold.
    if (areReceiving && source === 'backup') shadow.channel.command({ do: 'take', role: 'primary' })
    const isWarm = source === 'primary' && areReceiving
    shadow.warmSinceMs = isWarm ? (shadow.warmSinceMs ?? nowMs) : null
    if (shadow.warmSinceMs !== null && nowMs - shadow.warmSinceMs >= warmMs) {
      const { rehearsalId, cutMs, limitMs } = shadow.order
      shadow.isCut = true
      shadow.channel.command({ do: 'rehearse', rehearsalId, cutMs, limitMs })
    } else if (nowMs < deadlineMs) shadow.timer = clock.after(lookMs, () => this.#look(channelId, deadlineMs))
    else
      this.#refuse(
        channelId,
        shadow.order,
        source,
        `the generated source was not on air within ${readyWithinMs / 1000} s${problemOf(inputs)}`,
      )
  }

  /** Of a shadow's events only the rehearsal's own are anybody's business. */
  #tell(channelId: string, draft: EventDraft): void {
    const message = draft.message.replace(/^Rehearsal/, 'Rehearsal on a shadow')
    if (draft.name === 'rehearsal.started') this.#parts.onEvent({ ...draft, message, data: { ...draft.data, on: 'shadow' } })
    if (draft.name !== 'rehearsal.finished') return
    this.#parts.onEvent({ ...draft, message, data: { ...draft.data, on: 'shadow' } })
    // Not at once: the channel is in the middle of telling.
    this.#parts.clock.after(0, () => this.end(channelId))
  }

  #refuse(channelId: string, { rehearsalId, cutMs, limitMs }: ShadowOrder, source: SourceName, message: string): void {
    const data: RehearsalResult = {
      rehearsalId,
      cutMs,
      limitMs,
      passed: false,
      activationMs: null,
      source,
      reconnects: 0,
      message,
      on: 'shadow',
    }
    const event = { name: 'rehearsal.finished', severity: 'error', channelId, subjectId: null } as const
    this.#parts.onEvent({ ...event, message: `Rehearsal on a shadow failed: ${message}`, data })
    if (this.#shadows.get(channelId)?.order.rehearsalId === rehearsalId) this.end(channelId)
  }
}

const problemOf = (inputs: readonly { lastProblem: string | null }[]): string => {
  const problem = inputs.find(({ lastProblem }) => lastProblem !== null)?.lastProblem
  return problem === undefined ? '' : `: ${problem}`
}

/** The rules of the channel; its keys open nothing, as no directory names them. */
function shadowSpec(spec: ChannelSpec, clipFile: string): ChannelSpec {
  const { slate: _, ...source } = spec.source
  const input = (role: 'primary' | 'backup'): ChannelSpec['inputs'][number] => ({
    inputId: `shadow-${role}`,
    role,
    enabled: true,
    keyHash: `shadow-${role}`,
    srt: { passphrase: null, latencyMs: 500 },
    clip: { file: clipFile },
  })
  return { ...spec, inputs: [input('primary'), input('backup')], source: { ...source, lock: 'auto' }, outputs: [], playTokenHashes: [] }
}
