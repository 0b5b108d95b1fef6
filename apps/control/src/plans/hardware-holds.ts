import type { StoredEvent } from '@sluice/contract/events'
import type { HardwareKind, RungActual } from '@sluice/contract/link'
import type { Machine, Plan } from '@sluice/judge/plan'
import { z } from 'zod'

/** A session limit is often another program's, and over when that ends; a device that is lost needs a person. */
const firstHoldMs = 5 * 60_000
const longestHoldMs = 60 * 60_000
/** What fails again so soon after a hold is held for twice as long. */
const relapseMs = 30 * 60_000

type Hold = { readonly lengthMs: number; readonly untilMs: number; isOver: boolean }
export type HeldHardware = { readonly kind: HardwareKind; readonly untilMs: number }

/**
 * Encoders in hardware that failed in mid-show. Nothing new is planned on one for a while; encodes that run on it stay there, because another
 * encoder is another sequence header for their outputs. Later it is tried again, and an encode that cannot have it goes on in software.
 */
export class HardwareHolds {
  // bound: one a kind
  readonly #holds = new Map<HardwareKind, Hold>()
  /** Encodes of each channel that are planned on hardware and have not lost it. */
  // bound: one a channel of the database, `forget` takes it away; 32 encodes each
  readonly #placed = new Map<string, ReadonlyMap<string, HardwareKind>>()

  /** A channel was planned. */
  place(channelId: string, rungs: Plan['rungs']): void {
    const placed = rungs.flatMap(({ id, spec }) => (spec.video?.encoder === undefined ? [] : [[id, spec.video.encoder] as const]))
    if (placed.length === 0) this.#placed.delete(channelId)
    else this.#placed.set(channelId, new Map(placed))
  }

  forget(channelId: string): void {
    this.#placed.delete(channelId)
  }

  /** An encode goes on in software. What it was on and for how long that is held now; null: it was on none, or that is known. */
  noteLoss(channelId: string, rungId: string, nowMs: number): { readonly kind: HardwareKind; readonly forMs: number } | null {
    const kind = this.#placed.get(channelId)?.get(rungId)
    if (kind === undefined) return null
    this.#placed.set(channelId, new Map([...this.#placed.get(channelId)!].filter(([id]) => id !== rungId)))
    const before = this.#holds.get(kind)
    if (before !== undefined && !before.isOver) return { kind, forMs: before.untilMs - nowMs }
    const isRelapse = before !== undefined && nowMs - before.untilMs < relapseMs
    const lengthMs = isRelapse ? Math.min(longestHoldMs, before.lengthMs * 2) : firstHoldMs
    this.#holds.set(kind, { lengthMs, untilMs: nowMs + lengthMs, isOver: false })
    return { kind, forMs: lengthMs }
  }

  /** True: a hold has ended, and what was held may be planned again. */
  tick(nowMs: number): boolean {
    const ended = [...this.#holds.values()].filter(({ isOver, untilMs }) => !isOver && nowMs >= untilMs)
    for (const hold of ended) hold.isOver = true
    return ended.length > 0
  }

  get held(): readonly HeldHardware[] {
    return [...this.#holds].filter(([, { isOver }]) => !isOver).map(([kind, { untilMs }]) => ({ kind, untilMs }))
  }

  /** As the plan of a channel takes it. `isLive`: its encodes run, where they were placed. */
  heldFor(channelId: string, isLive: boolean): NonNullable<Machine['hardwareHeld']> {
    const placed = isLive ? [...(this.#placed.get(channelId) ?? [])] : []
    return this.held.map(({ kind }) => ({ kind, keeps: placed.filter(([, own]) => own === kind).map(([id]) => id) }))
  }
}

/** Rungs that the processor encodes in place of hardware, as their engine says. */
export const rungsOffHardware = (rungs: readonly RungActual[]): string[] =>
  rungs.filter(({ reason }) => reason?.code === 'ENCODER_CHANGED').map(({ rungId }) => rungId)

const RungIds = z.object({ rungs: z.array(z.string()) })

/** The same by an event. */
export function rungsThatLeft({ name, data }: StoredEvent): readonly string[] {
  return name === 'rung.encoder_changed' ? (RungIds.safeParse(data).data?.rungs ?? []) : []
}
