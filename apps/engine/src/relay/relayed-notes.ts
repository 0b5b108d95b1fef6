import { WireError } from '@sluice/base/errors'
import type { MediaNote } from '@sluice/codecs/frame'
import { InputNoticeDraft, maxInputNotices } from '@sluice/contract/link'
import { dataName, readAmf0, writeAmf0 } from '@sluice/protocols/rtmp'

/** Name of the data message in which an engine that relays tells what it left out of the stream. */
const ownPrefix = 'onSluice'
const messageName = `${ownPrefix}Notes`

const RelayedNotes = InputNoticeDraft.array().max(maxInputNotices)

/** The body of an RTMP data message. */
export const writeRelayedNotes = (notes: readonly InputNoticeDraft[]): Uint8Array => writeAmf0([messageName, JSON.stringify(notes)])

/** The notes in a data message; none when it is about something else. To be asked on the local relay socket alone. */
export function readRelayedNotes(body: Uint8Array): readonly InputNoticeDraft[] {
  try {
    const [name, text] = readAmf0(body)
    if (name !== messageName || typeof text !== 'string') return []
    return RelayedNotes.safeParse(JSON.parse(text)).data ?? []
  } catch (error) {
    if (error instanceof WireError || error instanceof SyntaxError) return []
    throw error
  }
}

/** Messages of ours between engines, which nobody else may speak. */
export const isOwnMessage = (body: Uint8Array): boolean => dataName(body)?.startsWith(ownPrefix) === true

/** What an RTMP session leaves out beside the media, as a note. */
export const rtmpNote = (what: 'broken' | 'unknown', name: string): MediaNote => ({
  code: what === 'broken' ? 'broken-left-out' : 'data-not-carried',
  media: 'stream',
  subject: name,
})

/** Gathers notes until they are sent, each kind once with its count. Bounded as an input's list is. */
export class NoteTally {
  // bound: `maxInputNotices`, more are not counted
  readonly #notes = new Map<string, InputNoticeDraft>()

  add(note: MediaNote): void {
    const key = `${note.code} ${note.media} ${note.subject}`
    const known = this.#notes.get(key)
    if (known !== undefined) known.count += note.count ?? 1
    else if (this.#notes.size < maxInputNotices) this.#notes.set(key, { ...note, count: note.count ?? 1 })
  }

  /** What was gathered since the last call. */
  take(): InputNoticeDraft[] {
    const notes = [...this.#notes.values()]
    this.#notes.clear()
    return notes
  }
}
