import type { Clock } from '@sluice/base/clock'
import type { Frame, Track } from '@sluice/codecs/frame'
import type { ProgrammeData } from '@sluice/media/bus'
import { Normaliser } from '@sluice/media/normalise'
import { defaultInputMaxMbps, InputGate } from './input-gate.ts'
import type { NoticeDraft } from './input-notices.ts'
import type { InputPort } from './input-session.ts'

/** What an input does with the media of one session. */
export type PortOwner = {
  readonly clock: Clock
  readonly maxMbps: number | undefined
  /** The session is still the input's: one that was ended may not know it yet, and another one has its place by then. */
  isOpen(): boolean
  takeTrack(track: Track): void
  takeFrame(frame: Frame): void
  takeData(data: ProgrammeData): void
  endTrack(kind: Track['kind'], id: number): void
  note(draft: NoticeDraft): void
  /** Media came whole, though it may still wait for the rest of its picture. */
  noteSound(): void
  flush(): void
  close(problem: string | null): void
  /** Ends the session for a reason of Sluice's own. */
  end(reason: string): void
  /** Something threw over this session's media. */
  fault(error: unknown): void
}

/**
 * The way of one session's media into its input: pieces are made whole by the normaliser, then held to the bitrate limit, then taken. What
 * throws on it ends this session and nothing else.
 */
export function makeInputPort(owner: PortOwner): InputPort {
  const gate = new InputGate(owner.maxMbps ?? defaultInputMaxMbps, owner.note)
  const normaliser = new Normaliser({
    onTrack: owner.takeTrack,
    onFrame(frame) {
      if (!owner.isOpen()) return
      const verdict = gate.admit(frame, owner.clock.nowMs())
      if (verdict === 'passed') owner.takeFrame(frame)
      else if (verdict === 'ended') owner.end(gate.reason)
    },
    onNote: owner.note,
  })
  const contained =
    <T>(take: (one: T) => void) =>
    (one: T): void => {
      if (!owner.isOpen()) return
      try {
        take(one)
      } catch (error) {
        owner.fault(error)
      }
    }
  return {
    putTrack: contained((track) => normaliser.putTrack(track)),
    putFrame: contained((frame) => {
      owner.noteSound()
      gate.watchClock(frame, owner.clock.nowMs())
      normaliser.putFrame(frame)
    }),
    putPacket: contained((packet) => normaliser.putPacket(packet)),
    putData: contained(owner.takeData),
    endTrack: (kind, id) => contained<void>(() => owner.endTrack(kind, id))(),
    note: contained(owner.note),
    flush: contained<void>(owner.flush),
    close(problem) {
      contained<void>(() => normaliser.flush())()
      owner.close(problem)
    },
  }
}
