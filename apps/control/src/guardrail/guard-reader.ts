import type { ChannelStats } from '@sluice/contract/api'
import type { InputActual, InputStats, LineStats } from '@sluice/contract/link'
import type { GuardReading } from './slots.ts'

/** Seconds of frame rates that are looked back on, and the least that make a running rate. */
const fpsSeconds = 300
const leastFpsSeconds = 30

type Lossy = { readonly key: string; readonly lost: number; readonly due: number; readonly sessionMs: number }
type Times = { readonly wantedMs: number; readonly liveMs: number }
type Mark = { readonly atMs: number; readonly packets: Lossy | null; readonly outputs: ReadonlyMap<string, Times> }

/** Makes what is judged out of an engine's figures, a second at a time. Pure but for what it remembers of the seconds before. */
export class GuardReader {
  #mark: Mark | null = null
  #fpsInput = ''
  // bound: `fpsSeconds` readings, the oldest goes for the next
  #fps: number[] = []

  /** The frame rate that ran before control was restarted. */
  restoreFps(inputId: string, fps: number): void {
    if (fps <= 0) return
    this.#fpsInput = inputId
    this.#fps = new Array<number>(leastFpsSeconds).fill(fps)
  }

  /** What came since the reading before; null for the first one, and where the engine does not tell of publish success. */
  read(stats: ChannelStats, inputs: readonly InputActual[]): GuardReading | null {
    const before = this.#mark
    if (stats.at === null || stats.broadcast === undefined) {
      this.#mark = null
      return null
    }
    const atMs = Date.parse(stats.at)
    const onAir = inputs.find((input) => input.onAir)
    const input = stats.inputs.find(({ inputId }) => inputId === onAir?.inputId) ?? null
    const packets = input === null || input.line === null ? null : packetsOf(input, input.line)
    const outputs = new Map(stats.outputs.flatMap(({ outputId, publish }) => (publish === undefined ? [] : [[outputId, publish] as const])))
    this.#mark = { atMs, packets, outputs }
    if (before === null || atMs === before.atMs) return null
    const loss =
      input === null
        ? { lost: 0, due: 0 }
        : packets === null
          ? this.#frames(input, (atMs - before.atMs) / 1000)
          : since(before.packets, packets)
    const times = timesSince(before.outputs, outputs)
    return {
      fromMs: before.atMs,
      toMs: atMs,
      ...loss,
      downMs: times.wantedMs - times.liveMs,
      wantedMs: times.wantedMs,
      fps: this.#running(),
    }
  }

  /** TCP hides what it loses: the frames that are missing of the running rate are what is seen of it. */
  #frames({ inputId, fps }: InputStats, seconds: number): { lost: number; due: number } {
    if (inputId !== this.#fpsInput) this.#fps = []
    this.#fpsInput = inputId
    if (fps > 0) this.#fps = [...this.#fps.slice(1 - fpsSeconds), fps]
    const running = this.#running()
    if (running === 0) return { lost: 0, due: 0 }
    return { lost: Math.max(0, running - fps) * seconds, due: running * seconds }
  }

  /** The rate that nine seconds of ten stay below or at: seconds with missing frames do not lower it. */
  #running(): number {
    if (this.#fps.length < leastFpsSeconds) return 0
    return this.#fps.toSorted((a, b) => a - b)[Math.floor(this.#fps.length * 0.9)]!
  }
}

function packetsOf({ inputId, sessionMs }: InputStats, { packetsTotal, droppedTotal, lostTotal }: LineStats): Lossy {
  return { key: inputId, lost: lostTotal, due: packetsTotal + droppedTotal, sessionMs }
}

/** Nothing can be told across two sessions. */
function since(before: Lossy | null, now: Lossy): { lost: number; due: number } {
  if (before === null || before.key !== now.key || now.sessionMs < before.sessionMs || now.due < before.due) return { lost: 0, due: 0 }
  return { lost: Math.max(0, now.lost - before.lost), due: now.due - before.due }
}

/** An output that counts anew is in another broadcast, and one that is new begins here. */
function timesSince(before: ReadonlyMap<string, Times>, now: ReadonlyMap<string, Times>): Times {
  let [wantedMs, liveMs] = [0, 0]
  for (const [id, times] of now) {
    const old = before.get(id)
    if (old === undefined || times.wantedMs < old.wantedMs) continue
    wantedMs += times.wantedMs - old.wantedMs
    liveMs += Math.min(times.liveMs - old.liveMs, times.wantedMs - old.wantedMs)
  }
  return { wantedMs, liveMs: Math.max(0, liveMs) }
}
