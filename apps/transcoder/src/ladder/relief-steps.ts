import { type RungVideo, rungPresets } from '@sluice/contract/link'
import { noRelief, type RungRelief } from './video-rung.ts'

/** A rung as far as its price goes, in the order of the spec: the last gives way first. */
export type PricedRung = {
  readonly slot: number
  readonly video: Pick<RungVideo, 'codec' | 'width' | 'height' | 'fps' | 'preset' | 'encoder'>
}

/** One thing that is done to keep real time. `saving`: its predicted share of the whole load without any relief. */
export type ReliefStep = { readonly kind: 'preset' | 'half' | 'off'; readonly slots: readonly number[]; readonly saving: number }

/** Percent of a core for (megapixels a second) ^ 0.91, measured; the relations hold on every machine. */
const presetCost: Readonly<Record<RungVideo['preset'], number>> = { ultrafast: 0.53, superfast: 1.01, veryfast: 1.58, faster: 2.64 }
const sizePower = 0.91
/** What decoding and scaling take whatever is done, as a share of a ladder's encodes: 20 to 100. */
const fixedShare = 0.2

/**
 * All that may be done, in order: presets first, which viewers hardly see and parameters not at all; half the frame rate from the last rung on;
 * presets again; then rungs, from the last on. The first rung stays.
 */
export function planRelief(rungs: readonly PricedRung[]): ReliefStep[] {
  // bound: one a rung
  const now = new Map<number, RungRelief>(rungs.map(({ slot }) => [slot, noRelief]))
  const full = loadOf(rungs, now)
  let load = full
  // bound: three, and one a rung
  const steps: ReliefStep[] = []
  const add = (kind: ReliefStep['kind'], slots: readonly number[]): void => {
    if (slots.length === 0) return
    for (const slot of slots) now.set(slot, relieved(now.get(slot)!, kind))
    const after = loadOf(rungs, now)
    steps.push({ kind, slots, saving: (load - after) / full })
    load = after
  }
  /** Parameter sets are the same in every preset of x264 alone; what hardware encodes takes no less in another one. */
  const canGoDown = (down: number): number[] =>
    rungs
      .filter(({ video }) => video.codec === 'h264' && video.encoder === undefined && rungPresets.indexOf(video.preset) >= down)
      .map(({ slot }) => slot)
  const fromLast = [...rungs].reverse()
  add('preset', canGoDown(1))
  const [last, ...others] = fromLast
  if (last !== undefined) add('half', [last.slot])
  add(
    'half',
    others.map(({ slot }) => slot),
  )
  add('preset', canGoDown(2))
  for (const { slot } of fromLast.slice(0, -1)) add('off', [slot])
  return steps
}

/** What the first `level` steps come to for each rung. */
export function reliefAt(steps: readonly ReliefStep[], level: number): ReadonlyMap<number, RungRelief> {
  const reliefs = new Map<number, RungRelief>()
  for (const { kind, slots } of steps.slice(0, level)) {
    for (const slot of slots) reliefs.set(slot, relieved(reliefs.get(slot) ?? noRelief, kind))
  }
  return reliefs
}

/** The load that is left after each number of steps, as a share of the whole: 1 for none. */
export function loadsLeft(steps: readonly ReliefStep[]): number[] {
  const left = [1]
  for (const { saving } of steps) left.push(left.at(-1)! - saving)
  return left
}

function relieved(before: RungRelief, kind: ReliefStep['kind']): RungRelief {
  if (kind === 'preset') return { ...before, presetsDown: before.presetsDown + 1 }
  return kind === 'half' ? { ...before, isHalved: true } : { ...before, isOff: true }
}

function loadOf(rungs: readonly PricedRung[], reliefs: ReadonlyMap<number, RungRelief>): number {
  const full = rungs.reduce((sum, rung) => sum + costOf(rung, noRelief), 0)
  return rungs.reduce((sum, rung) => sum + costOf(rung, reliefs.get(rung.slot)!), full * fixedShare)
}

function costOf({ video: { width, height, fps, preset } }: PricedRung, { presetsDown, isHalved, isOff }: RungRelief): number {
  if (isOff) return 0
  const lower = rungPresets[Math.max(0, rungPresets.indexOf(preset) - presetsDown)]!
  return presetCost[lower] * ((width * height * fps.num) / fps.den / 1e6) ** sizePower * (isHalved ? 0.5 : 1)
}
