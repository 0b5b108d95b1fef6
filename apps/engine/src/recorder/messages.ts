import type { RecordingFile, SegmentDraft } from '@sluice/media/recorder'

/** What the recording's own file says of it, for whoever finds the folder. */
export type RecordingState = {
  readonly version: 1
  readonly recordingId: string
  readonly channelId: string
  readonly channelName: string
  readonly startedAt: string
  /** Null: it is being written, or its writer died. */
  readonly endedAt: string | null
  readonly endedBy: string | null
}

/** To the thread that writes. `id`: one opening of a recording. */
export type ToWriter =
  | { readonly type: 'open'; readonly id: number; readonly folder: string; readonly state: RecordingState; readonly lostMs: number }
  | {
      readonly type: 'file'
      readonly id: number
      readonly file: RecordingFile
      readonly init: Uint8Array
      readonly wallMs: number
    }
  | { readonly type: 'part'; readonly id: number; readonly file: RecordingFile; readonly bytes: Uint8Array }
  | { readonly type: 'segment'; readonly id: number; readonly file: RecordingFile; readonly draft: SegmentDraft }
  | { readonly type: 'lost'; readonly id: number; readonly wallMs: number; readonly lostMs: number }
  | { readonly type: 'close'; readonly id: number; readonly endedAt: string; readonly endedBy: string }

/** What an opened recording has already, after an earlier writer died; and how full its disk is. */
export type FromWriter =
  | { readonly type: 'opened'; readonly id: number; readonly isResumed: boolean; readonly durationMs: number; readonly bytes: number }
  /** So many bytes of messages are off the queue. */
  | { readonly type: 'done'; readonly id: number; readonly bytes: number }
  | { readonly type: 'disk'; readonly id: number; readonly usedShare: number; readonly freeBytes: number }
  /** Nothing more of this opening is written. */
  | { readonly type: 'failed'; readonly id: number; readonly code: WriteFailure; readonly message: string }
  | { readonly type: 'closed'; readonly id: number }

export type WriteFailure = 'RECORDING_DISK_FULL' | 'RECORDING_WRITE_FAILED' | 'RECORDING_WRITER_LOST'

/** What a message counts for in the queue. */
export const bytesOf = (message: ToWriter): number =>
  message.type === 'part' ? message.bytes.length : message.type === 'file' ? message.init.length : 0
