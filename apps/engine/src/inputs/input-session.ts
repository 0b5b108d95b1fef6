import type { InputProtocol } from '@sluice/base/words'
import type { CodedPacket, Frame, Track } from '@sluice/codecs/frame'
import type { ProgrammeData } from '@sluice/media/bus'
import type { SrtStats } from '@sluice/protocols/srt'
import type { NoticeDraft } from './input-notices.ts'

/** Who is at the other end of an input's session. */
export type SessionFacts = {
  readonly protocol: InputProtocol
  /** Null for a file. */
  readonly remoteAddress: string | null
  /** Where the server that was called sent us on to: scheme, host and port. */
  readonly sentTo?: string
  /** What the far end calls itself. */
  readonly encoder: string | null
  /** Another engine of this machine sends it on, and tells what it leaves out. */
  readonly isRelayed?: true
  /** Its encoder asked Sluice, or another, for the encodings that it sends: Enhanced Broadcasting. */
  readonly hasRenditions?: true
  /** We called it. */
  readonly isPulled?: true
}

/** An open session as the input sees it: it can be ended, and SRT has figures of its own. */
export type InputSession = {
  readonly facts: SessionFacts
  close(message: string): void
  srtStats?(): SrtStats | null
  /** Bytes that came over its connection so far; null where nobody counts. */
  bytesReceived?(): number | null
}

/** Takes one session's media for one input. `close` is final. */
export interface InputPort {
  putTrack(track: Track): void
  putFrame(frame: Frame): void
  /** A payload that is no frame as it is: see CodedPacket. */
  putPacket(packet: CodedPacket): void
  /** Timed data on the time of the frames, checked by the caller. */
  putData(data: ProgrammeData): void
  /** A track that will give nothing any more. */
  endTrack(kind: Track['kind'], id: number): void
  /** Something of the media was changed, left out or can't be used. Cheap for what was said before; may be called for each frame. */
  note(draft: NoticeDraft): void
  flush(): void
  close(problem: string | null): void
}
