import type { LatencyMode, PlanSource, RungWish } from '@sluice/contract/api'
import type { Calibration, HardwareEncoder, HardwareKind, RungAudio, RungVideo } from '@sluice/contract/link'
import type { ClassPolicy } from '@sluice/contract/policy'
import type { Claim } from './share-out.ts'

/** What is known of the programme as it comes in. Rates are means over seconds; null: not measured. */
export type SourceFacts = PlanSource

/** What a destination accepts, by the catalogue. Null: it says nothing about that. */
export type DestinationRules = {
  readonly name: string
  readonly maxVideoKbps: number | null
  readonly recommendedKbps: number | null
  readonly bitrateMatrix: readonly {
    readonly width: number
    readonly height: number
    readonly fps: number | null
    readonly minKbps: number | null
    readonly maxKbps: number | null
  }[]
  readonly maxFps: number | null
  readonly maxWidth: number | null
  readonly maxHeight: number | null
  readonly keyframeSeconds: number | null
  readonly maxKeyframeSeconds: number | null
  readonly maxAudioKbps: number | null
  readonly audioSampleRates: readonly number[] | null
  /** ffmpeg's names: `hevc`. */
  readonly videoCodecs: readonly string[]
  readonly audioCodecs: readonly string[]
  /** 1080 lines are worth it from so many kbit/s on; below, the platform advises 720. */
  readonly fullSizeFromKbps: number | null
}

/** A rung that somebody made for the channel. */
export type OwnRung = RungWish & { readonly id: string; readonly name: string }

/** A step of the player's ladder: a rung of the channel, or a template (`rungId` null). */
export type LadderStep = OwnRung & { readonly rungId: string | null }
/** What the player is to get beside the source. `isWhole`: these steps were asked for by name; else as many as fit. */
export type LadderWish = { readonly isWhole: boolean; readonly steps: readonly LadderStep[] }

/** An output that is to run. */
export type PlannedOutput = {
  readonly id: string
  readonly name: string
  readonly priority: number
  /** `auto`, `source` or the id of an own rung. */
  readonly wish: string
  readonly latency: LatencyMode
  /** Of the source, for what is encoded for this output alone. Absent: the first. */
  readonly audioTrack?: number
  /** Absent: 0. */
  readonly delayMs?: number
  readonly class: Pick<ClassPolicy, 'class' | 'maxVideoKbps' | 'gopMs'>
  /** Limits set on the output itself. */
  readonly own: { readonly maxVideoKbps?: number | undefined; readonly targetVideoKbps?: number | undefined }
  /** Undefined: the destination is none of the catalogue's. */
  readonly rules: DestinationRules | undefined
}

/** The machine that encodes. Percent of one core. */
export type Machine = {
  readonly cores: number
  /** Null: not measured yet, the prices of a usual machine hold. */
  readonly calibration: Calibration | null
  /** Why nothing can be encoded here; null: it can. */
  readonly problem: string | null
  /** Encoders in hardware that passed their trial. Absent: none. */
  readonly hardware?: readonly HardwareEncoder[]
  /** Sessions of them that other channels have. */
  readonly hardwareTaken?: Partial<Readonly<Record<HardwareKind, number>>>
  /** Kinds that failed in mid-show of late, with the encodes of this channel that run on them and stay. Nothing else goes there. Absent: none. */
  readonly hardwareHeld?: readonly { readonly kind: HardwareKind; readonly keeps: readonly string[] }[]
  /** Of this channel: what its rungs cost by what they were planned at. 1 until something runs. */
  readonly correction: number
}

/** One video track that a platform has asked for with Enhanced Broadcasting, of all that it wants in one stream. */
export type AskedTrack = {
  readonly width: number
  readonly height: number
  readonly fps: RungVideo['fps']
  readonly kbps: number
  readonly gopMs: number
  readonly audioKbps: number
}

/** All that a plan follows from. */
export type PlanRequest = {
  readonly channelId: string
  /** Null: the channel is not live. */
  readonly liveSinceMs: number | null
  /**
   * What the programme was in this broadcast, the first stable source first: sizes and frame rates follow that one. Passed through is what
   * fits all of them. Empty: nothing is known yet.
   */
  readonly sources: readonly SourceFacts[]
  readonly outputs: readonly PlannedOutput[]
  /** By output: the tracks that its platform asks for now. Absent, or without an entry: one track as ever. */
  readonly asked?: ReadonlyMap<string, readonly AskedTrack[]>
  readonly rungs: readonly OwnRung[]
  /** Null: the player gets the source alone. */
  readonly ladder: LadderWish | null
  readonly machine: Machine
  /** What the other live channels of the machine would encode. */
  readonly others: readonly Claim[]
  /** Ids of encodes whose encoder keeps failing. Absent: none. */
  readonly failed?: ReadonlySet<string>
  /** The channel is rolled back: every output gets the conservative rung. */
  readonly isRolledBack: boolean
}

/** A wish with everything settled but the preset. */
export type SettledRung = {
  readonly name: string
  readonly video: Omit<RungVideo, 'preset'> | null
  readonly audio: RungAudio | null
}
