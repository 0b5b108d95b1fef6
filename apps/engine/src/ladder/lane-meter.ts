import type { RungStats } from '@sluice/contract/link'

const latencyWindowMs = 10_000
/** 10 s at 60 frames a second. */
const maxSamples = 600

type Sample = { readonly atMs: number; readonly ms: number }

/** Figures of one rung: what left it in the last second, and how long its pictures took. */
export class LaneMeter {
  #framesTotal = 0
  #pictures = 0
  readonly #bytes = { video: 0, audio: 0 }
  // bound: `maxSamples`, the oldest go
  #latencies: Sample[] = []
  #readMs: number
  #cpuPercent: number | null = null
  #skippedTotal = 0
  /** Of children before this one. */
  #skippedBefore = 0

  constructor(nowMs: number) {
    this.#readMs = nowMs
  }

  add(kind: 'video' | 'audio', byteCount: number): void {
    this.#framesTotal++
    this.#bytes[kind] += byteCount
    if (kind === 'video') this.#pictures++
  }

  /** A picture has come whose source frame had come in at `readMs`. */
  addLatency(readMs: number, nowMs: number): void {
    if (this.#latencies.length >= maxSamples) this.#latencies.splice(0, maxSamples / 10)
    this.#latencies.push({ atMs: nowMs, ms: Math.max(0, nowMs - readMs) })
  }

  noteCost({ cpuMs, wallMs, skippedTotal }: { cpuMs: number; wallMs: number; skippedTotal: number }): void {
    this.#cpuPercent = wallMs > 0 ? Math.round((cpuMs / wallMs) * 1000) / 10 : null
    this.#skippedTotal = Math.max(0, skippedTotal)
  }

  /** Another child counts from 0. */
  noteChild(): void {
    this.#skippedBefore += this.#skippedTotal
    this.#skippedTotal = 0
    this.#cpuPercent = null
  }

  /** Since the call before. */
  read(nowMs: number): Omit<RungStats, 'rungId'> {
    const seconds = Math.max(0.001, (nowMs - this.#readMs) / 1000)
    this.#readMs = nowMs
    this.#latencies = this.#latencies.filter(({ atMs }) => nowMs - atMs <= latencyWindowMs)
    const figures = {
      fps: Math.round((this.#pictures / seconds) * 10) / 10,
      videoBps: Math.round((this.#bytes.video * 8) / seconds),
      audioBps: Math.round((this.#bytes.audio * 8) / seconds),
      framesTotal: this.#framesTotal,
      skippedTotal: this.#skippedBefore + this.#skippedTotal,
      latencyMs: this.#latency(),
      cpuPercent: this.#cpuPercent,
    }
    this.#pictures = 0
    this.#bytes.video = 0
    this.#bytes.audio = 0
    return figures
  }

  #latency(): RungStats['latencyMs'] {
    const sorted = this.#latencies.map(({ ms }) => ms).sort((a, b) => a - b)
    if (sorted.length === 0) return null
    const at = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]! * 10) / 10
    return { p50: at(0.5), p95: at(0.95) }
  }
}
