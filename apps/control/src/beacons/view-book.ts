import { type Beacon, beaconTimes, type PlaybackErrorKind, type PlaybackStep, playbackErrors } from '@sluice/contract/api'
import { type Cell, emptyCell } from './figures.ts'
import { addSpan } from './spread.ts'

export const minuteMs = 60_000
/** A view is followed for so many minutes of watching. */
const maxReached = 24 * 60
/** Beacons come 10 s apart: more played time than this between two of them is made up. */
const slackMs = 5000

/** Two beacons may be lost before a view is heard of. */
const newWithinMs = 2 * beaconTimes.everyMs + slackMs

type View = {
  readonly firstMs: number
  lastMs: number
  /** The minute that it was last counted in. */
  minuteMs: number
  isStarted: boolean
  isOver: boolean
  playedMs: number
  stalls: number
  stalledMs: number
  reached: number
  // bound: one a kind of error, a closed list
  readonly errors: Map<PlaybackErrorKind, number>
  rung: string
  step: PlaybackStep
}

/** `ms` rises steadily and measures gaps; `wallMs` says which minute it is. */
export type Moment = { readonly ms: number; readonly wallMs: number }
type Bounds = { readonly maxViews: number; readonly maxCells: number }

/**
 * The views of one channel and what they saw, minute by minute. Beacons give totals, so each adds the difference to the one before, in the
 * minute in which it came. Pure: the time comes with each call, and it rises.
 */
export class ViewBook {
  readonly #bounds: Bounds
  /** By `sid`. */
  // bound: `maxViews`; one goes when nothing was heard of it for `goneMs`
  readonly #views = new Map<string, View>()
  // bound: `maxCells`, the oldest go; taken out when their minute is over
  #cells: Cell[] = []

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  get isEmpty(): boolean {
    return this.#views.size === 0 && this.#cells.length === 0
  }

  get size(): number {
    return this.#views.size
  }

  has(sid: string): boolean {
    return this.#views.has(sid)
  }

  /** Views with a first picture that were heard of just now. */
  watching(nowMs: number): number {
    let count = 0
    for (const view of this.#views.values()) if (view.isStarted && !view.isOver && nowMs - view.lastMs < beaconTimes.goneMs) count++
    return count
  }

  /** False: dropped. */
  note(beacon: Beacon, broadcastAtMs: number | null, now: Moment): boolean {
    const known = this.#views.get(beacon.sid)
    const isLast = beacon.sta === 'q' || beacon.sta === 'e' || beacon.sta === 'f'
    if (known?.isOver) return false
    // The last word of a view comes when it comes: without it an exit would be a silence.
    if (known !== undefined && !isLast && now.ms - known.lastMs < beaconTimes.leastMs) return false
    if (known === undefined && this.#views.size >= this.#bounds.maxViews) return false
    const view = known ?? openView(beacon, now.ms)
    if (known === undefined) this.#views.set(beacon.sid, view)
    view.rung = beacon['sluice-rung'] ?? view.rung
    view.step = beacon['sluice-step'] ?? view.step
    this.#count(view, beacon, broadcastAtMs, now)
    if (isLast) this.#end(view, broadcastAtMs, now)
    view.lastMs = now.ms
    return true
  }

  #count(view: View, beacon: Beacon, broadcastAtMs: number | null, now: Moment): void {
    // Who only waits for a picture has no format yet.
    if (!view.isStarted && beacon.msd === undefined && (beacon.ec ?? []).length === 0) return
    const cell = this.#cell(view, broadcastAtMs, now)
    if (!view.isStarted && beacon.msd !== undefined) {
      view.isStarted = true
      cell.starts++
      addSpan(cell.startup, beacon.msd)
      cell.reached[0] = (cell.reached[0] ?? 0) + 1
    }
    if (view.isStarted && view.minuteMs !== cell.atMs) {
      view.minuteMs = cell.atMs
      cell.viewers++
    }
    // What a view can have played and stalled since it was heard of last is bounded by the clock.
    const sinceMs = now.ms - view.lastMs + slackMs
    const rise = (field: 'playedMs' | 'stalls' | 'stalledMs', total: number | undefined, most: number): void => {
      const more = Math.min(most, Math.max(0, (total ?? 0) - view[field]))
      view[field] = Math.max(view[field], total ?? 0)
      cell[field] += more
    }
    if (view.isStarted) {
      rise('playedMs', beacon['sluice-played'], sinceMs)
      rise('stalls', beacon.bsa, Math.ceil(sinceMs / 250))
      rise('stalledMs', beacon.bsda, sinceMs)
      this.#reach(view, cell, Math.min(view.playedMs, now.ms - view.firstMs + slackMs))
      if (beacon.ltc !== undefined && (beacon.sta === 'p' || beacon.sta === 'q')) addSpan(cell.latency, beacon.ltc)
    }
    for (const kind of playbackErrors) {
      const total = beacon.ec?.filter((one) => one === kind).length ?? 0
      const more = total - (view.errors.get(kind) ?? 0)
      if (more <= 0) continue
      view.errors.set(kind, total)
      cell.errors[kind] = (cell.errors[kind] ?? 0) + more
    }
  }

  #reach(view: View, cell: Cell, playedMs: number): void {
    const minute = Math.min(maxReached, Math.floor(playedMs / minuteMs))
    for (; view.reached < minute; view.reached++) cell.reached[view.reached + 1] = (cell.reached[view.reached + 1] ?? 0) + 1
  }

  #end(view: View, broadcastAtMs: number | null, now: Moment): void {
    view.isOver = true
    if (!view.isStarted) this.#cell(view, broadcastAtMs, now).exits++
  }

  /** Forgets views that are over for long enough that no late beacon makes a new one of them; one that never started and fell silent left. */
  sweep(broadcastAtMs: number | null, now: Moment): void {
    for (const [sid, view] of this.#views) {
      if (now.ms - view.lastMs < beaconTimes.goneMs) continue
      if (!view.isOver) this.#end(view, broadcastAtMs, now)
      this.#views.delete(sid)
    }
  }

  /** Takes out the cells of minutes that are over; all of them with `isAll`. */
  takeOver(wallMs: number, isAll = false): Cell[] {
    const isOver = (cell: Cell): boolean => isAll || cell.atMs + minuteMs <= wallMs
    const over = this.#cells.filter(isOver)
    this.#cells = this.#cells.filter((cell) => !isOver(cell))
    return over
  }

  get cells(): readonly Cell[] {
    return this.#cells
  }

  #cell({ rung, step }: View, broadcastAtMs: number | null, { wallMs }: Moment): Cell {
    const atMs = Math.floor(wallMs / minuteMs) * minuteMs
    const found = this.#cells.find(
      (cell) => cell.atMs === atMs && cell.broadcastAtMs === broadcastAtMs && cell.rung === rung && cell.step === step,
    )
    if (found !== undefined) return found
    const isCrowded = this.#cells.filter((cell) => cell.atMs === atMs).length >= this.#bounds.maxCells
    // Names of rungs come from strangers: beyond the bound they are one.
    const cell = emptyCell({ atMs, broadcastAtMs, ...(isCrowded ? { rung: 'other', step: 'other' as const } : { rung, step }) })
    const same = isCrowded
      ? this.#cells.find((one) => one.atMs === atMs && one.rung === 'other' && one.broadcastAtMs === broadcastAtMs)
      : undefined
    if (same !== undefined) return same
    this.#cells.push(cell)
    return cell
  }
}

/**
 * A view that is heard of for the first time and has played for longer than lost beacons explain was counted before: by this control until it
 * was started anew, or until the viewer's line came back. It goes on from what it says.
 */
function openView(beacon: Beacon, nowMs: number): View {
  const view = newView(nowMs)
  const { 'sluice-played': playedMs = 0, bsa = 0, bsda = 0, ec = [] } = beacon
  if (playedMs <= newWithinMs) return view
  for (const kind of playbackErrors) view.errors.set(kind, ec.filter((one) => one === kind).length)
  const reached = Math.min(maxReached, Math.floor(playedMs / minuteMs))
  return { ...view, firstMs: nowMs - playedMs, isStarted: true, playedMs, stalls: bsa, stalledMs: bsda, reached }
}

const newView = (nowMs: number): View => ({
  ...{ firstMs: nowMs, lastMs: nowMs, minuteMs: -1, isStarted: false, isOver: false },
  ...{ playedMs: 0, stalls: 0, stalledMs: 0, reached: 0, errors: new Map(), rung: 'unknown', step: 'other' as const },
})
