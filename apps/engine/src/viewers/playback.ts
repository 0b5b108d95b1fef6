import type { Clock } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { BufferPolicy, ChannelActual, ChannelSpec } from '@sluice/contract/link'
import { DashView } from '@sluice/media/dash'
import { bufferPolicyOf, type BufferPolicy as HlsBufferPolicy, HlsView } from '@sluice/media/hls'
import { Packager, type PackagerOptions, RungPackager } from '@sluice/media/packager'
import type { SourceSwitch } from '@sluice/media/programme'
import { sourceRung } from '@sluice/media/rung'
import { MediaStore } from '@sluice/media/store'
import type { FileView } from '@sluice/media/view'
import type { ChannelConsumer, ChannelFigures, ChannelView } from '../channel/index.ts'
import { Audience, type AudienceRoom } from './audience.ts'

type PlaybackSpec = Pick<ChannelSpec, 'hls' | 'playbackRungs'>
const sourceAlone = [sourceRung]

/** Where the spec says nothing: the smallest that all players take. */
const usualPartMs = 500

export type PlaybackParts = {
  readonly clock: Clock
  readonly log: Logger
  /** Absent: counted for this channel alone. */
  readonly audienceRoom?: AudienceRoom
}

/** The store of the source rung with the packager that fills it, and the view of it that players fetch. */
type Package = {
  readonly store: MediaStore
  readonly packager: Packager
  readonly hls: HlsView
  readonly dash: DashView
  // bound: one a way to play
  readonly views: readonly FileView[]
  /** What all packagers of it are opened with. */
  readonly options: Omit<PackagerOptions, 'bus'>
  // bound: the rungs that players may choose, nine at most
  readonly rungs: Map<string, RungPackager>
}

/** A channel over HLS: its package, and who watches it. */
export class Playback implements ChannelConsumer {
  readonly audience: Audience
  readonly #channel: ChannelView
  readonly #clock: Clock
  readonly #faults: Guard
  #hls: ChannelSpec['hls']
  /** Those that players may choose, the best first. */
  // bound: nine, by the spec's schema
  #rungs: readonly string[]
  #longGopMs: number | null = null
  #package: Package

  constructor(channel: ChannelView, { hls, playbackRungs = sourceAlone }: PlaybackSpec, { clock, log, audienceRoom }: PlaybackParts) {
    this.#faults = new Guard("a channel's package", log.child({ channelId: channel.channelId }))
    this.#channel = channel
    this.#clock = clock
    this.#hls = hls
    this.#rungs = playbackRungs
    this.audience = new Audience(clock, audienceRoom)
    this.#package = this.#open()
  }

  /** `off`: nothing is on the air. */
  get now(): 'live' | 'slate' | 'off' {
    const { source } = this.#channel
    return source === 'none' ? 'off' : source === 'slate' ? 'slate' : 'live'
  }

  /** What is packaged, for whoever reads it besides viewers. Another one where segments got another length. */
  get store(): MediaStore {
    return this.#package.store
  }

  get hls(): HlsView {
    return this.#package.hls
  }

  /** The ways to play it, which the media port asks in turn. */
  get views(): readonly FileView[] {
    return this.#package.views
  }

  setSpec({ hls, playbackRungs = sourceAlone }: PlaybackSpec): void {
    const before = this.#hls
    this.#hls = hls
    this.#rungs = playbackRungs
    this.hls.setSounds(hls.sounds ?? [])
    this.#followRungs()
    if (hls.segmentMs === before.segmentMs && hls.windowSegments === before.windowSegments && hls.partMs === before.partMs) return
    const after = this.#package.store.position
    this.#closePackage()
    this.#package = this.#open(after)
    this.#followRungs()
  }

  /** Rungs come and go with the encoder, and the distance of key frames changes without an event of its own. */
  tick(): boolean {
    this.#followRungs()
    const { longGopMs } = this.#package.packager
    if (longGopMs !== this.#longGopMs) this.#channel.tellActual()
    this.#longGopMs = longGopMs
    return false
  }

  actual(): Pick<ChannelActual, 'hlsReady' | 'playback'> {
    const { limits, longGopMs } = this.#package.packager
    const { leftOut, limited } = limits
    const hasLimits = this.#channel.source !== 'none' && (longGopMs !== null || leftOut.length + limited.length > 0)
    return {
      hlsReady: this.hls.isReady,
      ...(hasLimits
        ? {
            playback: {
              leftOut: [...leftOut],
              limited: [...limited],
              ...(longGopMs === null ? {} : { longGopMs }),
            },
          }
        : {}),
    }
  }

  stats(): Pick<ChannelFigures, 'playback'> {
    if (!this.hls.isReady) return { playback: null }
    return {
      playback: {
        ...this.hls.stats(),
        buffer: bufferOf(this.hls.policy),
        viewers: this.audience.viewers,
        bytesServedTotal: this.audience.bytesTaken,
      },
    }
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

  /** `after`: where the package stood that this one takes the place of. */
  #open(after?: MediaStore['position']): Package {
    const clock = this.#clock
    const policy = bufferPolicyOf({ ...this.#hls, partMs: this.#hls.partMs ?? usualPartMs })
    const { segmentMs, partMs, windowSegments, targetDurationS } = policy
    const onFault = (error: unknown): void => this.#faults.fault(error)
    const store = new MediaStore({
      clock,
      maxSegments: windowSegments,
      targetDurationS,
      ...(after === undefined ? {} : { after }),
    })
    const hls = new HlsView({ store, clock, policy, rungs: this.#rungs, onReady: () => this.#channel.tellActual(), onFault })
    hls.setSounds(this.#hls.sounds ?? [])
    const dash = new DashView({ store, clock, policy, rungs: this.#rungs, onFault })
    const { bus } = this.#channel.rungs.source
    const options = { store, clock, segmentMs, partMs, onFault }
    return { store, hls, dash, views: [dash, hls], options, packager: new Packager({ ...options, bus }), rungs: new Map() }
  }

  #followRungs(): void {
    const { rungs, options, hls, dash } = this.#package
    hls.setRungs(this.#rungs)
    dash.setRungs(this.#rungs)
    for (const [name, packager] of rungs) {
      const bus = this.#channel.rungs.get(name)?.bus
      const isGone = !this.#rungs.includes(name)
      if (bus !== undefined && packager.reads(bus) && !isGone) continue
      packager.close(isGone)
      rungs.delete(name)
    }
    for (const name of this.#rungs) {
      const bus = name === sourceRung || rungs.has(name) ? undefined : this.#channel.rungs.get(name)?.bus
      if (bus !== undefined) rungs.set(name, new RungPackager({ ...options, bus, rung: name }))
    }
  }

  #closePackage(): void {
    for (const packager of this.#package.rungs.values()) packager.close(false)
    this.#package.packager.close()
    this.#package.hls.close()
    this.#package.dash.close()
    this.#package.store.close()
  }
}

/** The policy as the API shows it. */
const bufferOf = ({
  partMs,
  partTargetMs,
  segmentMs,
  windowSegments,
  partHoldBackMs,
  holdBackMs,
  targetDurationS,
}: HlsBufferPolicy): BufferPolicy => ({
  partMs,
  partTargetMs,
  segmentMs,
  targetDurationMs: targetDurationS * 1000,
  windowMs: windowSegments * segmentMs,
  holdBackMs: partHoldBackMs,
  plainHoldBackMs: holdBackMs,
})
