import type { Clock } from '@sluice/base/clock'
import { type InputNotice, maxInputNotices, maxNoticeSubject, type NoticeCode, type NoticeMedia } from '@sluice/contract/link'

/** One observation. `count`: how many frames, bodies or units it speaks of; 1 where absent. */
export type NoticeDraft = {
  readonly code: NoticeCode
  readonly media: NoticeMedia
  /** Technical name of what it is about, never the far end's own words; cut at `maxNoticeSubject`. */
  readonly subject: string
  readonly count?: number
}

/** A count that rises with every frame must not send the channel's state anew each time. */
const lookMs = 10_000

type Entry = { readonly draft: NoticeDraft; count: number; readonly sinceMs: number; lastMs: number; shown: number; shownMs: number }

/** What was noticed of an input's media since its session began. Bounded: what does not fit is counted under `more`. */
export class InputNotices {
  readonly #clock: Clock
  readonly #onFirst: (draft: NoticeDraft) => void
  // bound: `maxInputNotices`, more are counted under `more`
  readonly #entries = new Map<string, Entry>()

  constructor(clock: Clock, onFirst: (draft: NoticeDraft) => void) {
    this.#clock = clock
    this.#onFirst = onFirst
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0
  }

  /** Something was seen so lately that its entry still changes by time alone. */
  get hasCurrent(): boolean {
    const nowMs = this.#clock.nowMs()
    return [...this.#entries.values()].some(({ lastMs }) => nowMs - lastMs < lookMs)
  }

  clear(): void {
    this.#entries.clear()
  }

  note(draft: NoticeDraft): void {
    const subject = draft.subject.slice(0, maxNoticeSubject)
    const known = this.#entries.get(keyOf(draft.code, draft.media, subject))
    if (known !== undefined) this.#count(known, draft.count ?? 1)
    else if (this.#entries.size < maxInputNotices - 1 || draft.code === 'more') this.#open({ ...draft, subject })
    else this.note({ code: 'more', media: 'stream', subject: '', count: draft.count ?? 1 })
  }

  list(): InputNotice[] {
    const nowMs = this.#clock.nowMs()
    return [...this.#entries.values()].map((entry) => {
      if (nowMs - entry.shownMs >= lookMs) {
        entry.shown = entry.count
        entry.shownMs = nowMs
      }
      const { code, media, subject } = entry.draft
      return {
        code,
        media,
        subject,
        count: entry.shown,
        since: new Date(entry.sinceMs).toISOString(),
        isCurrent: nowMs - entry.lastMs < lookMs,
      }
    })
  }

  #count(entry: Entry, count: number): void {
    entry.count += count
    entry.lastMs = this.#clock.nowMs()
  }

  #open(draft: NoticeDraft): void {
    const nowMs = this.#clock.nowMs()
    const count = draft.count ?? 1
    const entry = { draft, count, sinceMs: this.#clock.wallMs(), lastMs: nowMs, shown: count, shownMs: nowMs }
    this.#entries.set(keyOf(draft.code, draft.media, draft.subject), entry)
    this.#onFirst(draft)
  }
}

const keyOf = (code: NoticeCode, media: NoticeMedia, subject: string): string => `${code} ${media} ${subject}`
