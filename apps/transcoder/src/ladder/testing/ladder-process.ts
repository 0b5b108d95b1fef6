import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { RecordReader } from '@sluice/base/records'
import type { Frame, Track } from '@sluice/codecs/frame'
import { maxLinkFrameBytes, readFrameLink, writeEnd, writeFrameHead, writeTrack } from '@sluice/containers/frame-link'
import { type FromLadder, ladderType, readFromLadder, type ToLadder, writeLadder } from '@sluice/contract/ladder'
import type { RungSpec } from '@sluice/contract/link'

const ladderMain = path.join(import.meta.dirname, '../../ladder-main.ts')
/** So much of the programme is fed before its pictures have come back, in ticks. */
const aheadTicks = 90_000
/** An hour later than now: nothing is ever late, and no clock fills a hole, however slow the machine is. */
const unhurriedMs = 3_600_000

export type SentRung = { readonly tracks: Track[]; readonly video: Frame[]; readonly audio: Frame[] }
export type Rungs = { readonly slot: number; readonly nextDts: number | null; readonly rung: RungSpec }[]

/** A ladder of its own: what is fed and what has come. */
export class LadderProcess {
  readonly said: FromLadder[] = []
  readonly #rungs = new Map<number, SentRung>()
  readonly #child
  readonly #closed: Promise<number | null>
  readonly #current = new Map<string, Track>()
  #sentTracks = new Set<Track>()
  #lastDts = Number.NEGATIVE_INFINITY
  #revision = 0
  #wake = (): void => {}

  /** `args`: another entry file than the real one, and what it is started with. */
  constructor(args: readonly string[] = [ladderMain]) {
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const reader = new RecordReader(maxLinkFrameBytes)
    this.#child.stdin.on('error', () => {})
    this.#child.stdout.on('data', (bytes: Buffer) => {
      reader.push(bytes, (record) => this.#receive(record))
      this.#wake()
    })
    this.#closed = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        resolve(code)
        this.#wake()
      })
    })
  }

  get pid(): number {
    return this.#child.pid!
  }

  rung(slot: number): SentRung {
    let rung = this.#rungs.get(slot)
    if (rung === undefined) {
      rung = { tracks: [], video: [], audio: [] }
      this.#rungs.set(slot, rung)
    }
    return rung
  }

  /** `clockOriginMs`: null, and the machine's clock plays no part. */
  spec(rungs: Rungs, { zeroDts = 0, clockOriginMs = null as number | null } = {}): void {
    const origin = clockOriginMs ?? Number(process.hrtime.bigint()) / 1e6 + unhurriedMs
    this.#say({ type: 'spec', revision: ++this.#revision, clockOriginMs: origin, zeroDts, rungs })
  }

  source(slot: number, liveDts: number): void {
    this.#sentTracks = new Set()
    // Nothing comes back of what is decoded alone.
    this.#lastDts = Math.max(this.#lastDts, liveDts)
    this.#say({ type: 'source', slot, liveDts })
  }

  end(slot: number): void {
    this.#child.stdin.write(writeEnd(slot))
  }

  /** Writes one frame and, before the first of a track, the track. */
  write(slot: number, frame: Frame, readMs = frame.dts / 90): void {
    if (!this.#sentTracks.has(frame.track)) {
      this.#sentTracks.add(frame.track)
      this.#child.stdin.write(writeTrack(slot, frame.track))
    }
    this.#child.stdin.write(writeFrameHead(slot, frame, readMs))
    this.#child.stdin.write(frame.bytes)
  }

  /** Feeds frames as fast as their pictures come back. */
  async feed(slot: number, frames: readonly Frame[]): Promise<void> {
    const start = frames[0]?.dts ?? 0
    for (const frame of frames) {
      await this.until(() => frame.dts <= Math.max(start, this.#lastDts) + aheadTicks, `frames until ${frame.dts}`)
      this.write(slot, frame)
    }
  }

  /** Waits until `isTrue`, which is looked at with everything that comes. */
  async until(isTrue: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + 60_000
    while (!isTrue()) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`the ladder ended (${this.#child.exitCode ?? this.#child.signalCode}) before ${what}`)
      if (performance.now() > deadline) throw new Error(`no ${what} within 60 s; it said ${JSON.stringify(this.said.slice(-8))}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** Waits until all that was asked for has been applied, ends it, and gives its exit code. */
  async finish(): Promise<number | null> {
    await this.#settle()
    this.#child.stdin.end()
    return this.#closed
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** A spec that changes nothing comes back behind everything before it. */
  async #settle(): Promise<void> {
    const last = this.#lastSpec
    if (last === null) return
    const revision = ++this.#revision
    this.#say({ ...last, revision })
    await this.until(() => this.said.some((each) => each.type === 'applied' && each.revision === revision), 'its last word')
  }

  #lastSpec: Extract<ToLadder, { type: 'spec' }> | null = null

  #say(message: ToLadder): void {
    if (message.type === 'spec') this.#lastSpec = message
    this.#child.stdin.write(writeLadder(message))
  }

  #receive(record: Uint8Array): void {
    if (record[0] === ladderType) {
      this.said.push(readFromLadder(record))
      return
    }
    const message = readFrameLink(record.slice())
    const rung = this.rung(message.slot)
    if (message.type === 'track') {
      rung.tracks.push(message.track)
      this.#current.set(`${message.slot} ${message.track.kind}`, message.track)
    } else if (message.type === 'frame') {
      const track = this.#current.get(`${message.slot} ${message.kind}`)
      if (track === undefined) throw new Error('a frame before its track')
      const { dts, pts, isKey, readMs, bytes } = message
      rung[message.kind].push({ track, dts, pts, isKey, readMs, bytes })
      this.#lastDts = Math.max(this.#lastDts, dts)
    }
  }
}

/** One source through a ladder of its own, to its end. */
export async function ladderOf(t: TestContext, wishes: Rungs, frames: readonly Frame[]): Promise<LadderProcess> {
  const ladder = new LadderProcess()
  t.after(() => ladder.kill())
  ladder.spec(wishes)
  ladder.source(1, 0)
  await ladder.feed(1, frames)
  ladder.end(1)
  assert.equal(await ladder.finish(), 0)
  return ladder
}
