import { concatBytes } from '@sluice/base/bytes'
import { RecordReader } from '@sluice/base/records'
import type { Frame } from '@sluice/codecs/frame'
import { type LinkMessage, maxLinkFrameBytes, readFrameLink, writeFrameHead, writeTrack } from '@sluice/containers/frame-link'
import { type FromLadder, ladderType, readFromLadder, readToLadder, type ToLadder, writeLadder } from '@sluice/contract/ladder'
import type { LadderHandler, OpenLadderProcess } from '../ladder-process.ts'

/** A child that a test speaks for; what it says goes over the wire's own bytes. */
export type FakeLadder = {
  /** What it was sent, in order. */
  readonly got: (ToLadder | LinkMessage)[]
  isKilled: boolean
  /** Bytes that it has not taken. */
  queuedBytes: number
  say(message: FromLadder): void
  /** Frames of a rung, each track before its first frame, then the end of the read. */
  give(slot: number, frames: readonly Frame[]): void
  /** Any record. */
  sendRecord(record: Uint8Array): void
  end(reason: string): void
}

/** Children that were started, in order; each says nothing until the test has it say something. */
export function fakeLadders(): { readonly open: OpenLadderProcess; readonly all: FakeLadder[] } {
  const all: FakeLadder[] = []
  const open: OpenLadderProcess = (handler: LadderHandler) => {
    const reader = new RecordReader(maxLinkFrameBytes)
    const known = new Map<string, unknown>()
    const receive = (record: Uint8Array): void => {
      // Its length goes before it on the wire.
      const body = record.slice(4)
      handler.onMessage(body[0] === ladderType ? readFromLadder(body) : readFrameLink(body))
    }
    const fake: FakeLadder = {
      got: [],
      isKilled: false,
      queuedBytes: 0,
      say: (message) => receive(writeLadder(message)),
      give(slot, frames) {
        for (const frame of frames) {
          const name = `${slot} ${frame.track.kind}`
          if (known.get(name) !== frame.track) receive(writeTrack(slot, frame.track))
          known.set(name, frame.track)
          receive(concatBytes([writeFrameHead(slot, frame), frame.bytes]))
        }
        handler.onTurn()
      },
      sendRecord: receive,
      end: (reason) => handler.onEnd(reason),
    }
    all.push(fake)
    return {
      pid: all.length,
      get queuedBytes() {
        return fake.queuedBytes
      },
      send(head, bytes) {
        reader.push(bytes === null ? head : concatBytes([head, bytes]), (record) => {
          const mine = record.slice()
          fake.got.push(mine[0] === ladderType ? readToLadder(mine) : readFrameLink(mine))
        })
        return true
      },
      kill() {
        fake.isKilled = true
      },
    }
  }
  return { open, all }
}
