import { readFile, stat } from 'node:fs/promises'
import { SluiceError } from '@sluice/base/errors'
import type { SlateActual, SourcePolicy } from '@sluice/contract/link'
import { clipLimits } from '@sluice/contract/transcoder'
import { readFrameLoop } from '@sluice/media/loop'
import type { Programme } from '@sluice/media/programme'

type Wanted = NonNullable<SourcePolicy['slate']>

/** Keeps the prepared slate of a channel's spec in memory, and tells whether it would be shown. Loading is off the way of any frame. */
export class SlateFile {
  readonly #programme: Programme
  readonly #onNews: () => void
  #wanted: Wanted | null = null
  #state: 'loading' | 'ready' | 'failed' = 'loading'
  #problem: string | null = null

  constructor(programme: Programme, onNews: () => void) {
    this.#programme = programme
    this.#onNews = onNews
  }

  /** The slate to have from now on; the same one changes nothing while it is there. Until another is loaded the one before stays, if it fits. */
  set(wanted: Wanted | undefined): void {
    // One that failed is tried again: its file may be back.
    if (wanted?.key === this.#wanted?.key && this.#state !== 'failed') return
    this.#wanted = wanted ?? null
    this.#state = 'loading'
    this.#problem = null
    if (wanted === undefined) this.#programme.setSlate(null)
    else void this.#load(wanted)
  }

  /** As `ChannelActual` has it: nothing while none is wanted. */
  actual(): { slate?: SlateActual } {
    if (this.#wanted === null) return {}
    const { key } = this.#wanted
    const misfit = this.#state === 'ready' ? this.#programme.slateMisfit : null
    if (misfit !== null) return { slate: { key, state: 'misfit', problem: misfit } }
    return { slate: { key, state: this.#state, problem: this.#problem } }
  }

  close(): void {
    this.#wanted = null
  }

  async #load(wanted: Wanted): Promise<void> {
    try {
      const { size } = await stat(wanted.file)
      if (size > clipLimits.slateBytes)
        throw new SluiceError('SLATE_BYTES', 'operator', `its file is ${size} bytes, the limit is ${clipLimits.slateBytes}`)
      const loop = readFrameLoop(await readFile(wanted.file))
      if (this.#wanted !== wanted) return
      if (loop === null) throw new SluiceError('SLATE_EMPTY', 'operator', 'its file has no video')
      this.#state = 'ready'
      this.#programme.setSlate(loop)
    } catch (error) {
      if (this.#wanted !== wanted) return
      this.#state = 'failed'
      const { code } = error as NodeJS.ErrnoException
      this.#problem = error instanceof SluiceError ? error.message : `its file can't be read (${code ?? 'unknown'})`
      this.#programme.setSlate(null)
    }
    this.#onNews()
  }
}
