import type { PlayInfo } from '@sluice/contract/api'

type PlayNotice = PlayInfo['notices'][number]
/** What this browser makes of a stream: whether it can play at all, and what a viewer must know; null: nothing is lacking. */
export type Playability = { readonly canPlay: boolean; readonly hasSound: boolean; readonly text: string | null }

/** `canDecode`: of a MIME type with codecs. One codec that is missing here costs the whole stream; what is left out for all costs itself. */
export function judgeNotices(notices: readonly PlayNotice[], canDecode: (mimeType: string) => boolean): Playability {
  const missing = notices.find(({ mimeType }) => mimeType !== null && !canDecode(mimeType))
  const leftOut = notices.filter(({ mimeType }) => mimeType === null)
  const text = missing?.text ?? (leftOut.length === 0 ? null : leftOut.map((notice) => notice.text).join(' '))
  return { canPlay: missing === undefined, hasSound: !leftOut.some(({ kind }) => kind === 'audio'), text }
}

/** Asks the browser: by Media Source Extensions where it has them, as hls.js plays through those, else natively. */
export function canDecodeHere(mimeType: string): boolean {
  const { ManagedMediaSource, MediaSource } = globalThis as {
    ManagedMediaSource?: typeof globalThis.MediaSource
    MediaSource?: typeof globalThis.MediaSource
  }
  const source = MediaSource ?? ManagedMediaSource
  return source === undefined ? document.createElement('video').canPlayType(mimeType) !== '' : source.isTypeSupported(mimeType)
}
