import type { SourceName } from '@sluice/base/words'
import type { ChannelActual, ChannelSpec, EventDraft, FromEngine } from '@sluice/contract/link'
import type { SourceSwitch } from '@sluice/media/programme'
import type { Rungs } from '@sluice/media/rung'
import type { OutputTally } from './switch-report.ts'

export type ChannelFigures = Extract<FromEngine, { type: 'stats' }>['channels'][number]

/**
 * What takes frames of a channel or lives as long as it does: its outputs, its packager, its players, the figure of its broadcast. The
 * channel knows this shape and none of the kinds.
 */
export interface ChannelConsumer {
  /** Follows the spec by the smallest change. */
  setSpec(spec: ChannelSpec): void
  /** Once a second while the channel is at work, and when another source is on the air. True: look again in a second, though nothing happens. */
  tick(nowMs: number): boolean
  /** Its part of the channel's state. */
  actual(): Partial<ChannelActual>
  /** Its part of the channel's figures. Once a second. */
  stats(nowMs: number): Partial<ChannelFigures>
  /** Ends what it holds in good order. Final. */
  close(message: string): void
  /** Another source was picked; none of its frames has left yet. */
  onSwitch?(change: SourceSwitch): void
  /** Nobody comes back: the show is over. At most once for each show. `closed`: it may not be, but this engine does not carry it any further. */
  onOver?(why: 'over' | 'closed'): void
  /** The slate on the air is held for so much longer. */
  onHold?(forMs: number): void
  /** Of each output, what a switch may do to it. */
  tally?(): readonly OutputTally[]
}

/** A channel as its consumers see it. */
export interface ChannelView {
  readonly channelId: string
  readonly rungs: Rungs
  readonly source: SourceName
  /** Monotonic: since when no input is on the air; null while one is, and before the first. */
  readonly sourceGoneMs: number | null
  /** Who ended the show, while it stays ended; null else. */
  readonly endedBy: string | null
  /** Mean rate of the input on the air, or of the last one; 0: not known yet. */
  readonly bytesPerSecond: number
  /** The kind of media that some input sends without its decoder configuration; null for none. */
  /** A monotonic time as the wall's, to a tenth of a second. */
  wallOf(atMs: number): string
  withoutConfig(): 'video' | 'audio' | null
  tellEvent(draft: EventDraft): void
  /** Something in the consumer's `actual()` is new. */
  tellActual(): void
}
