import type { Clock } from '@sluice/base/clock'
import type { ChannelActual, ChannelSpec } from '@sluice/contract/link'
import { HlsView, hlsKeptSegments } from '@sluice/media/hls'
import { Packager } from '@sluice/media/packager'
import type { SourceSwitch } from '@sluice/media/programme'
import { SegmentStore } from '@sluice/media/store'
import type { ChannelConsumer, ChannelFigures, ChannelView } from '../channel/index.ts'
import { Audience, type AudienceRoom } from './audience.ts'

export type PlaybackParts = {
  readonly clock: Clock
  /** Absent: counted for this channel alone. */
  readonly audienceRoom?: AudienceRoom
}

/** The store of the source rung with the packager that fills it, and the view of it that players fetch. */
type Package = { readonly packager: Packager; readonly hls: HlsView }

/** A channel over HLS: its package, and who watches it. */
export class Playback implements ChannelConsumer {
  readonly audience: Audience
  readonly #channel: ChannelView
  readonly #clock: Clock
  #hls: ChannelSpec['hls']
  #package: Package

  constructor(channel: ChannelView, { hls }: Pick<ChannelSpec, 'hls'>, { clock, audienceRoom }: PlaybackParts) {
    this.#channel = channel
    this.#clock = clock
    this.#hls = hls
    this.audience = new Audience(clock, audienceRoom)
    this.#package = this.#open()
  }

  /** `off`: nothing is on the air. */
  get now(): 'live' | 'slate' | 'off' {
    const { source } = this.#channel
    return source === 'none' ? 'off' : source === 'slate' ? 'slate' : 'live'
  }

  get hls(): HlsView {
    return this.#package.hls
  }

  setSpec({ hls }: Pick<ChannelSpec, 'hls'>): void {
    const before = this.#hls
    this.#hls = hls
    if (hls.segmentMs === before.segmentMs && hls.windowSegments === before.windowSegments) return
    this.#closePackage()
    this.#package = this.#open()
  }

  tick(): boolean {
    return false
  }

  actual(): Pick<ChannelActual, 'hlsReady' | 'playback'> {
    const { limits, leftOutData } = this.#package.packager
    const { leftOut, limited } = limits
    const data = leftOutData.map(({ codec }) => codec)
    const hasLimits = this.#channel.source !== 'none' && leftOut.length + limited.length + data.length > 0
    return {
      hlsReady: this.hls.isReady,
      ...(hasLimits ? { playback: { leftOut: [...leftOut], limited: [...limited], ...(data.length === 0 ? {} : { data }) } } : {}),
    }
  }

  stats(): Pick<ChannelFigures, 'playback'> {
    if (!this.hls.isReady) return { playback: null }
    return { playback: { ...this.hls.stats(), viewers: this.audience.viewers, bytesServedTotal: this.audience.bytesTaken } }
  }

  onSwitch({ to }: SourceSwitch): void {
    if (to === 'none') this.#package.packager.finishSegment()
  }

  /** The player page says that the show is over instead of standing still. */
  onOver(): void {
    this.#package.packager.clear()
  }

  close(): void {
    this.audience.close()
    this.#closePackage()
  }

  #open(): Package {
    const { segmentMs, windowSegments } = this.#hls
    const store = new SegmentStore({ clock: this.#clock, maxSegments: hlsKeptSegments(windowSegments) })
    const hls = new HlsView({ store, segmentMs, windowSegments, onReady: () => this.#channel.tellActual() })
    return { hls, packager: new Packager({ bus: this.#channel.rungs.source.bus, store, segmentMs }) }
  }

  #closePackage(): void {
    this.#package.packager.close()
    this.#package.hls.close()
  }
}
