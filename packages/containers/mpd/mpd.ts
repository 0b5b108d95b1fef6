/** A property by scheme. Spec: ISO/IEC 23009-1 §5.8.2 */
export type Descriptor = { readonly schemeIdUri: string; readonly value?: string }

/** How far behind live players should be, and how they may get there. Spec: ISO/IEC 23009-1 Annex K.3 */
export type ServiceDescription = {
  readonly latency: { readonly targetMs: number; readonly minMs: number; readonly maxMs: number }
  readonly playbackRate: { readonly min: number; readonly max: number }
}

/** Media times and durations below a Period count `timescale` ticks a second, those of the presentation 1/90000 s. */
export type Mpd = {
  readonly profiles: readonly string[]
  /** Where time 0 of the presentation stands on the wall clock, milliseconds since 1970. It never changes. */
  readonly availabilityStartMs: number
  readonly publishMs: number
  /** Null: nothing will be added any more. */
  readonly minimumUpdatePeriodMs: number | null
  /** Null: the presentation goes on. */
  readonly duration90k: number | null
  readonly timeShiftBufferDepthMs: number
  readonly maxSegmentDurationMs: number
  readonly minBufferTimeMs: number
  readonly suggestedPresentationDelayMs: number
  /** Where the next version is to be asked for; null: where this one came from. */
  readonly location: string | null
  readonly serviceDescription: ServiceDescription
  readonly periods: readonly Period[]
  readonly utcTimings: readonly Descriptor[]
}

/** A run of media without a break. `id` is its own for good. Spec: ISO/IEC 23009-1 §5.3.2 */
export type Period = {
  readonly id: string
  readonly start90k: number
  readonly eventStreams: readonly EventStream[]
  readonly adaptationSets: readonly AdaptationSet[]
}

/** Things that happen at moments of a period. Times as in its segment templates. Spec: ISO/IEC 23009-1 §5.10.2 */
export type EventStream = {
  readonly schemeIdUri: string
  readonly timescale: number
  readonly presentationTimeOffset: number
  readonly events: readonly MpdEvent[]
}

/** `section`: a splice_info_section. Spec: SCTE 214-1 §6.8.4 */
export type MpdEvent = { readonly id: number; readonly time: number; readonly duration: number | null; readonly section: Uint8Array }

/** Encodings that a player may change between. Spec: ISO/IEC 23009-1 §5.3.3 */
export type AdaptationSet = {
  readonly id: number
  readonly contentType: 'video' | 'audio'
  /** BCP 47; absent: nobody knows. */
  readonly lang?: string
  /** As viewers read it in a menu. */
  readonly label?: string
  readonly role: 'main' | 'alternate'
  readonly accessibility?: readonly Descriptor[]
  /** Schemes of the events that lie in its segments. */
  readonly inbandEvents?: readonly string[]
  /** Every segment begins with a key frame. */
  readonly startsWithKey: boolean
  /** Of the Period before, which it continues: in time too, or with the same configuration alone. */
  readonly continues?: { readonly periodId: string; readonly by: 'continuity' | 'connectivity' }
  readonly producerReference: {
    readonly wallMs: number
    readonly presentationTime: number
    readonly utcTiming: Descriptor
  }
  /** Chunks of so many ticks, each of which a player may begin with. */
  readonly chunkDuration: number
  readonly template: SegmentTemplate
  readonly representations: readonly Representation[]
}

/** Spec: ISO/IEC 23009-1 §5.3.9.4, §5.3.9.6 */
export type SegmentTemplate = {
  readonly timescale: number
  readonly presentationTimeOffset: number
  /** A segment can be asked for so long before all of it is there. */
  readonly availabilityTimeOffsetS: number
  readonly media: string
  readonly startNumber: number
  readonly timeline: readonly TimelineSegment[]
}

/** `time` of its first sample and `duration`, in ticks. */
export type TimelineSegment = { readonly time: number; readonly duration: number }

/** One encoding. Spec: ISO/IEC 23009-1 §5.3.5 */
export type Representation = {
  readonly id: string
  readonly bandwidthBps: number
  readonly codecs: string
  readonly initialization: string
  readonly picture?: { readonly width: number; readonly height: number; readonly frameRate?: string }
  readonly sound?: { readonly sampleRate: number; readonly channels: number }
}
