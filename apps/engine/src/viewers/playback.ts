import type { Clock } from '@sluice/base/clock'
import type { ChannelActual, ChannelSpec } from '@sluice/contract/link'
import { HlsPackager } from '@sluice/media/packager'
import type { SourceSwitch } from '@sluice/media/programme'
import type { ChannelConsumer, ChannelFigures, ChannelView } from '../channel/index.ts'
import { Audience, type AudienceRoom } from './audience.ts'

export type PlaybackParts = {
  readonly clock: Clock
  /** Absent: counted for this channel alone. */
  readonly audienceRoom?: AudienceRoom
}

/** A channel over HLS: its package, and who watches it. */
export class Playback implements ChannelConsumer {
  readonly audience: Audience
  readonly #channel: ChannelView
  readonly #clock: Clock
  #hls: ChannelSpec['hls']
  #packager: HlsPackager

  constructor(channel: ChannelView, { hls }: Pick<ChannelSpec, 'hls'>, { clock, audienceRoom }: PlaybackParts) {
    this.#channel = channel
    this.#clock = clock
    this.#hls = hls
    this.audience = new Audience(clock, audienceRoom)
    this.#packager = this.#open()
  }

  get packager(): HlsPackager {
    return this.#packager
  }

  setSpec({ hls }: Pick<ChannelSpec, 'hls'>): void {
    const before = this.#hls
    this.#hls = hls
    if (hls.segmentMs === before.segmentMs && hls.windowSegments === before.windowSegments) return
    this.#packager.close()
    this.#packager = this.#open()
  }

  tick(): boolean {
    return false
  }

  actual(): Pick<ChannelActual, 'hlsReady' | 'playback'> {
    const { leftOut, limited } = this.#packager.limits
    const hasLimits = this.#channel.source !== 'none' && leftOut.length + limited.length > 0
    return {
      hlsReady: this.#packager.isReady,
      ...(hasLimits ? { playback: { leftOut: [...leftOut], limited: [...limited] } } : {}),
    }
  }

  stats(): Pick<ChannelFigures, 'playback'> {
    if (!this.#packager.isReady) return { playback: null }
    return { playback: { ...this.#packager.stats(), viewers: this.audience.viewers, bytesServedTotal: this.audience.bytesTaken } }
  }

  onSwitch({ to }: SourceSwitch): void {
    if (to === 'none') this.#packager.finishSegment()
  }

  /** The player page says that the show is over instead of standing still. */
  onOver(): void {
    this.#packager.clear()
  }

  close(): void {
    this.audience.close()
    this.#packager.close()
  }

  #open(): HlsPackager {
    return new HlsPackager({
      bus: this.#channel.rungs.source.bus,
      clock: this.#clock,
      ...this.#hls,
      onReady: () => this.#channel.tellActual(),
    })
  }
}
