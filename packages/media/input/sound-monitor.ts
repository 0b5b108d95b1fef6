/** Level of about half a second of sound, dBFS. `atMs`: when its last frame came, by the engine's monotonic clock. */
export type SoundMeasure = { readonly atMs: number; readonly rmsDb: number; readonly peakDb: number }

export type SoundReading = { readonly rmsDb: number; readonly peakDb: number; readonly silentForMs: number }

/**
 * Silence begins below -60 dBFS and ends above -55, or with a peak above -40: the floor of a mixer with all faders down is at -70, that of a
 * quiet room with an open microphone at -50.
 */
const rms = { enter: -60, leave: -55 }
const loudPeakDb = -40
/** Sound is measured twice a second. */
const overdueMs = 3000

/** Turns levels into how long there has been silence. Pure; the time comes in. */
export class SoundMonitor {
  #last: SoundMeasure | null = null
  #silentSinceMs: number | null = null

  add(measure: SoundMeasure): void {
    const before = this.#last
    if (before !== null && measure.atMs < before.atMs) return
    if (before !== null && measure.atMs - before.atMs > overdueMs) this.forget()
    const isSilent = measure.rmsDb <= (this.#silentSinceMs === null ? rms.enter : rms.leave) && measure.peakDb <= loudPeakDb
    this.#silentSinceMs = isSilent ? (this.#silentSinceMs ?? measure.atMs) : null
    this.#last = measure
  }

  /** Nothing is known any more: a new session, or nobody measures. */
  forget(): void {
    this.#last = null
    this.#silentSinceMs = null
  }

  /** Null while there is no measure, or none of late. */
  read(nowMs: number): SoundReading | null {
    const last = this.#last
    if (last === null || nowMs - last.atMs > overdueMs) return null
    const { rmsDb, peakDb } = last
    return { rmsDb, peakDb, silentForMs: this.#silentSinceMs === null ? 0 : last.atMs - this.#silentSinceMs }
  }

  /** 0 as a limit: not looked at. */
  fault(silenceMs: number, nowMs: number): 'audio-silent' | null {
    return silenceMs > 0 && (this.read(nowMs)?.silentForMs ?? 0) >= silenceMs ? 'audio-silent' : null
  }
}
