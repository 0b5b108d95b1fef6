import type { Clock } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { BufferPolicy, ChannelActual, ChannelSpec } from '@sluice/contract/link'
import { bufferPolicyOf, type BufferPolicy as HlsBufferPolicy, HlsView } from '@sluice/media/hls'
import { Packager, type PackagerOptions, RungPackager } from '@sluice/media/packager'
import type { SourceSwitch } from '@sluice/media/programme'
import { sourceRung } from '@sluice/media/rung'
import { MediaStore, type StorePosition } from '@sluice/media/store'
import type { FedFacts, OnAir } from '@sluice/media/store-link'
import type { ChannelConsumer, ChannelFigures, ChannelView } from '../channel/index.ts'
import type { PlaybackAddresses } from '../directory/index.ts'
import type { StoreLink } from './store-link.ts'

type PlaybackSpec = Pick<ChannelSpec, 'hls' | 'playbackRungs'>
const sourceAlone = [sourceRung]

/** Where the spec says nothing: the smallest that all players take. */
const usualPartMs = 500

export type PlaybackParts = {
  readonly clock: Clock
  readonly log: Logger
  /** By which viewers get the channel. Absent: nobody can watch it over HTTP. */
  readonly storeLink?: StoreLink
  /** The hashes of a channel's playback addresses; undefined while nobody has said which. */
  readonly addressesOf?: (channelId: string) => PlaybackAddresses | undefined
}

/** The store of the source rung with the packager that fills it, and a view that says whether it can be played. */
type Package = {
  readonly store: MediaStore
  readonly packager: Packager
  readonly hls: HlsView
  /** What all packagers of it are opened with. */
  readonly options: Omit<PackagerOptions, 'bus'>
  // bound: the rungs that players may choose, nine at most
  readonly rungs: Map<string, RungPackager>
}

/** A channel for viewers: its package, which the viewers' process gives out, and who watches it. */
export class Playback implements ChannelConsumer {
  readonly #channel: ChannelView
  readonly #parts: PlaybackParts
  readonly #faults: Guard
  #hls: ChannelSpec['hls']
  /** Those that players may choose, the best first. */
  // bound: nine, by the spec's schema
  #rungs: readonly string[]
  #longGopMs: number | null = null
  #package: Package

  constructor(channel: ChannelView, { hls, playbackRungs = sourceAlone }: PlaybackSpec, parts: PlaybackParts) {
    this.#faults = new Guard("a channel's package", parts.log.child({ channelId: channel.channelId }))
    this.#channel = channel
    this.#parts = parts
    this.#hls = hls
    this.#rungs = playbackRungs
    this.#package = this.#open({ above: parts.storeLink?.above(channel.channelId) })
  }

  /** `off`: nothing is on the air. */
  get onAir(): OnAir {
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

  setSpec({ hls, playbackRungs = sourceAlone }: PlaybackSpec): void {
    const before = this.#hls
    this.#hls = hls
    this.#rungs = playbackRungs
    this.hls.setSounds(hls.sounds ?? [])
    this.#followRungs()
    if (hls.segmentMs === before.segmentMs && hls.windowSegments === before.windowSegments && hls.partMs === before.partMs) return
    this.#openAnew(this.#package.store.position)
  }

  /** What viewers are told besides the media may have changed: where it plays, what is on, which rungs there are. */
  tellFacts(): void {
    this.#parts.storeLink?.feed.setFacts(this.#channel.channelId, this.#factsOf())
  }

  /** Rungs come and go with the encoder, and the distance of key frames changes without an event of its own. */
  tick(): boolean {
    this.#followRungs()
    this.tellFacts()
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
      hlsReady: this.#isReady,
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
    if (!this.#isReady) return { playback: null }
    const { viewers, bytesServed } = this.#parts.storeLink?.watched(this.#channel.channelId) ?? { viewers: 0, bytesServed: 0 }
    return {
      playback: {
        ...this.hls.stats(),
        buffer: bufferOf(this.hls.policy),
        viewers,
        bytesServedTotal: bytesServed,
      },
    }
  }

  onSwitch({ to }: SourceSwitch): void {
    if (to === 'none') this.#package.packager.finishSegment()
    this.tellFacts()
  }

  /** The player page says that the show is over instead of standing still. */
  onOver(): void {
    this.#package.packager.clear()
  }

  close(): void {
    this.#parts.storeLink?.forget(this.#channel.channelId)
    this.#closePackage()
  }

  /** Viewers can have it: something is on, and there is somebody to give it out. */
  get #isReady(): boolean {
    return this.hls.isReady && this.#parts.storeLink?.feed.isLinked !== false
  }

  #openAnew(after: StorePosition): void {
    this.#closePackage()
    this.#package = this.#open({ after })
    this.#followRungs()
  }

  #factsOf(): FedFacts {
    const { segmentMs, windowSegments, partMs = usualPartMs } = this.#hls
    const addresses = this.#parts.addressesOf?.(this.#channel.channelId)
    const { playIdHash, previewIdHash } = addresses ?? { playIdHash: null, previewIdHash: null }
    const sounds = this.#hls.sounds ?? []
    return { playIdHash, previewIdHash, onAir: this.onAir, rungs: this.#rungs, sounds, segmentMs, partMs, windowSegments }
  }

  /** `after`: where the channel stood, as is known exactly; `above`: at the least. */
  #open(from: { readonly after?: StorePosition; readonly above?: Pick<StorePosition, 'number' | 'splices'> | undefined }): Package {
    const { clock, storeLink } = this.#parts
    const { after, above } = from
    const policy = bufferPolicyOf({ ...this.#hls, partMs: this.#hls.partMs ?? usualPartMs })
    const { segmentMs, partMs, windowSegments, targetDurationS } = policy
    const onFault = (error: unknown): void => this.#faults.fault(error)
    const store = new MediaStore({
      clock,
      maxSegments: windowSegments,
      targetDurationS,
      ...(after === undefined ? {} : { after }),
      ...(above === undefined ? {} : { above }),
    })
    // One that nobody has written to yet goes on where the engine before this one ended.
    storeLink?.feed.open(this.#channel.channelId, store, this.#factsOf(), (known) => this.#openAnew(known))
    const hls = new HlsView({ store, clock, policy, rungs: this.#rungs, onReady: () => this.#channel.tellActual(), onFault })
    hls.setSounds(this.#hls.sounds ?? [])
    const { bus } = this.#channel.rungs.source
    const options = { store, clock, segmentMs, partMs, onFault }
    return { store, hls, options, packager: new Packager({ ...options, bus }), rungs: new Map() }
  }

  #followRungs(): void {
    const { rungs, options, hls } = this.#package
    hls.setRungs(this.#rungs)
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
