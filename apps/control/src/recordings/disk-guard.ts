import type { Clock } from '@sluice/base/clock'
import type { NewEvent } from '@sluice/contract/link'
import type { RecordingFiles } from './recording-files.ts'

const lookMs = 30_000
/** From here on somebody has to do something; below the lower one it is over. */
const alarm = { from: 0.85, until: 0.83 } as const
/** From here on the oldest recordings that may go do. Engines stop writing at 97 %. */
const deleteFrom = 0.92

type Parts = {
  onEvent(event: NewEvent): void
  files: Pick<RecordingFiles, 'disk'>
  clock: Clock
  prune(): Promise<number>
}

/** Follows how full the disk of the recordings is. */
export class DiskGuard {
  readonly #parts: Parts
  #lookedMs = Number.NEGATIVE_INFINITY
  #isAlarmed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async look(): Promise<void> {
    const { clock, files, prune } = this.#parts
    if (clock.nowMs() - this.#lookedMs < lookMs) return
    this.#lookedMs = clock.nowMs()
    let disk = await files.disk()
    while (disk.usedShare >= deleteFrom && (await prune()) > 0) disk = await files.disk()
    if (disk.usedShare < alarm.until) this.#isAlarmed = false
    if (disk.usedShare < alarm.from || this.#isAlarmed) return
    this.#isAlarmed = true
    const percent = Math.floor(disk.usedShare * 100)
    this.#parts.onEvent({
      ...{ name: 'recording.disk', severity: 'warning', channelId: null, subjectId: null, data: disk },
      message: `The disk of the recordings is ${percent} % full. Recording stops at 97 %: delete recordings, or let channels keep them for fewer days.`,
    })
  }
}
