import { ticksPerMs } from '@sluice/codecs/frame'
import type { LinkFrame, LinkMessage } from '@sluice/containers/frame-link'
import type { ToLadder } from '@sluice/contract/ladder'

export type InboxItem = LinkMessage | ToLadder

/** More of the programme than this is not encoded late but left out, to the next key frame. */
const maxSpanTicks = 1500 * ticksPerMs
/** A GOP that is sent to decode alone is not bounded by time. */
const maxBytes = 64 * 1024 * 1024

const isVideo = (item: InboxItem | undefined): item is LinkFrame => item?.type === 'frame' && item.kind === 'video'

/** What came and waits for its turn. Never more than a second and a half of live pictures: a ladder that is behind goes on at the present. */
export class Inbox {
  // bound: maxSpanTicks of live pictures and maxBytes of frames, offer drops beyond
  #items: InboxItem[] = []
  #bytes = 0
  #droppedTotal = 0
  #needsKey = false
  #liveDts = Number.NEGATIVE_INFINITY

  /** Frames that were left out because there was no time for them. */
  get droppedTotal(): number {
    return this.#droppedTotal
  }

  get isEmpty(): boolean {
    return this.#items.length === 0
  }

  /** Keeps `item`, whose bytes are nobody else's. */
  offer(item: InboxItem): void {
    if (item.type === 'source') {
      this.#liveDts = item.liveDts
      this.#needsKey = false
    }
    if (item.type === 'frame' && !this.#hasRoom(item)) return
    this.#items.push(item)
  }

  take(): InboxItem | undefined {
    const item = this.#items.shift()
    if (item?.type === 'frame') this.#bytes -= item.bytes.length
    return item
  }

  #hasRoom(frame: LinkFrame): boolean {
    if (frame.kind === 'video') {
      if (this.#needsKey && !frame.isKey) {
        this.#droppedTotal++
        return false
      }
      this.#needsKey = false
      const oldest = this.#items.find((item) => isVideo(item) && item.slot === frame.slot && item.dts >= this.#liveDts) as
        | LinkFrame
        | undefined
      if (oldest !== undefined && frame.dts - oldest.dts > maxSpanTicks) this.#dropPictures(frame)
      if (this.#needsKey && !frame.isKey) {
        this.#droppedTotal++
        return false
      }
      this.#needsKey = false
    }
    if (this.#bytes + frame.bytes.length > maxBytes) {
      this.#droppedTotal++
      if (frame.kind === 'video') this.#needsKey = true
      return false
    }
    this.#bytes += frame.bytes.length
    return true
  }

  /** Pictures before the newest key frame; all where there is none, and those that come until there is one. */
  #dropPictures(coming: LinkFrame): void {
    const lastKey = coming.isKey ? this.#items.length : this.#items.findLastIndex((item) => isVideo(item) && item.isKey)
    const isKept = (item: InboxItem, at: number): boolean => !isVideo(item) || item.slot !== coming.slot || (lastKey >= 0 && at >= lastKey)
    const kept = this.#items.filter(isKept)
    this.#droppedTotal += this.#items.length - kept.length
    this.#items = kept
    this.#bytes = kept.reduce((sum, item) => sum + (item.type === 'frame' ? item.bytes.length : 0), 0)
    this.#needsKey = lastKey < 0
  }
}
