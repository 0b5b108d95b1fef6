import { type FileHandle, open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { BoundedQueue } from '@sluice/base/bounded'
import type { Clock, Timer } from '@sluice/base/clock'
import { type Failure, SluiceError } from '@sluice/base/errors'
import { type Frame, ticksPerMs } from '@sluice/codecs/frame'
import { LoopReader } from '@sluice/media/loop'
import type { ChannelInput, InputPort } from '../channel-input.ts'
import type { OpenPull, PullEvents } from '../input-pull.ts'

const chunkBytes = 256 * 1024
/** Media that is read before it is due: a disk may take its time. */
const aheadTicks = 1000 * ticksPerMs
const tickMs = 20
/** A second of 120 pictures and of 100 packets of sound on each of eight tracks, many times over. */
const mostAhead = 15_000
/** So far behind its time, after a stall of disk or process, a clip goes on from here instead of making up for it in one burst. */
const maxBehindMs = 1000

/** What is read from; tests see when a read is on its way. */
type LoopFile = Pick<FileHandle, 'read' | 'close'>
type FilePullParts = { readonly clock: Clock; readonly openFile?: (path: string) => Promise<LoopFile> }

/** Plays a loop file (`file:` address) into an input in real time, round and round. */
export function openFilePull({ clock, openFile = (path) => open(path, 'r') }: FilePullParts): OpenPull {
  return (input, url, events) => {
    const player = new FilePlayer(input, clock, events)
    void player.start(() => openFile(fileURLToPath(url)))
    return { close: () => player.close() }
  }
}

/** One file on one input, from its opening to the close of the input or the first fault of the file. */
class FilePlayer {
  readonly #input: ChannelInput
  readonly #clock: Clock
  readonly #events: PullEvents
  readonly #reader = new LoopReader((frame) => this.#frames.offer(frame))
  readonly #frames = new BoundedQueue<Frame>({ maxCount: 20_000, maxBytes: 64 * 1024 * 1024, bytesOf: ({ bytes }) => bytes.length })
  #file: LoopFile | null = null
  #at = 0
  #lastDts = 0
  #port: InputPort | null = null
  #startMs = 0
  #timer: Timer | null = null
  #isReading = false
  #isClosed = false

  constructor(input: ChannelInput, clock: Clock, events: PullEvents) {
    this.#input = input
    this.#clock = clock
    this.#events = events
  }

  async start(openFile: () => Promise<LoopFile>): Promise<void> {
    try {
      this.#file = await openFile()
      await this.#readAhead()
    } catch (error) {
      return this.#fail(failureOf(error))
    }
    if (this.#isClosed) return void this.#file.close()
    // An encoder may have come while the disk was busy.
    if (this.#input.isTaken)
      return this.#fail({ kind: 'duplicate-publisher', code: 'INPUT_TAKEN', message: 'an encoder publishes to this input' })
    this.#port = this.#input.open({
      facts: { protocol: 'file', remoteAddress: null, encoder: null },
      close: (message) => this.#end(message, { kind: 'remote-close', code: 'PULL_ENDED', message }),
    })
    this.#startMs = this.#clock.nowMs()
    this.#events.onReady()
    this.#tick()
  }

  close(): void {
    this.#end('the clip was stopped', null)
  }

  readonly #onTick = (): void => {
    try {
      this.#tick()
    } catch (error) {
      this.#fail(failureOf(error))
    }
  }

  #tick(): void {
    if (this.#isClosed) return
    this.#timer = this.#clock.after(tickMs, this.#onTick)
    const nowMs = this.#clock.nowMs()
    const dueTicks = (): number => (nowMs - this.#startMs) * ticksPerMs
    const next = this.#frames.first?.dts ?? this.#lastDts
    if (dueTicks() - next > maxBehindMs * ticksPerMs) this.#startMs = nowMs - next / ticksPerMs
    const due: Frame[] = []
    while (this.#frames.first !== undefined && this.#frames.first.dts <= dueTicks()) due.push(this.#frames.take()!)
    this.#lastDts = due.at(-1)?.dts ?? this.#lastDts
    for (const frame of due) this.#port?.putFrame(frame)
    if (due.length > 0) this.#port?.flush()
    if (!this.#isClosed && !this.#isReading) this.#readAhead().catch((error: unknown) => this.#fail(failureOf(error)))
  }

  /** Reads until a second of media is at hand. */
  async #readAhead(): Promise<void> {
    this.#isReading = true
    try {
      const nowTicks = this.#port === null ? 0 : (this.#clock.nowMs() - this.#startMs) * ticksPerMs
      while (!this.#isClosed && (this.#frames.last?.dts ?? -1) < nowTicks + aheadTicks) {
        if (this.#frames.length >= mostAhead) throw new SluiceError('CLIP_TIME', 'operator', "the clip's timestamps stand still")
        const bytes = new Uint8Array(chunkBytes)
        const { bytesRead } = await this.#file!.read(bytes, 0, chunkBytes, this.#at)
        this.#at += bytesRead
        if (bytesRead > 0) this.#reader.push(bytes.subarray(0, bytesRead))
        else this.#rewind()
      }
    } finally {
      this.#isReading = false
      if (this.#isClosed) void this.#file?.close()
    }
  }

  #rewind(): void {
    if (this.#reader.endPass() <= 0) throw new SluiceError('CLIP_EMPTY', 'operator', "the clip's file holds no media")
    this.#at = 0
  }

  #fail(failure: Failure): void {
    this.#end(failure.message, failure)
  }

  #end(message: string, failure: Failure | null): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#timer?.cancel()
    // A read that is on its way closes the file itself.
    if (!this.#isReading) void this.#file?.close()
    this.#port?.close(message)
    if (failure !== null) this.#events.onClose(failure)
  }
}

function failureOf(error: unknown): Failure {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return { kind: 'handshake', code: 'CLIP_MISSING', message: "the clip's file is missing" }
  if (error instanceof SluiceError) return { kind: 'codec', code: error.code, message: `the clip can't be played: ${error.message}` }
  return { kind: 'handshake', code: 'CLIP_READ', message: `the clip's file can't be read (${code ?? 'unknown'})` }
}
