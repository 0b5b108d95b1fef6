import { SluiceError } from '@sluice/base/errors'

/** The text of an answer. Throws SluiceError when it can be no playlist. */
export function playlistText({ bytes, contentType }: { readonly bytes: Uint8Array; readonly contentType: string }): string {
  const text = new TextDecoder().decode(bytes)
  if (/^\uFEFF?#EXTM3U/.test(text)) return text
  const found = contentType
    .replace(/;.*$/s, '')
    .replace(/[^\w/+.-]/g, '')
    .slice(0, 60)
  const message = `found ${bytes.length} bytes of ${found || 'no type'}, a playlist that begins with #EXTM3U expected`
  throw new SluiceError('HLS_NOT_A_PLAYLIST', 'peer', message)
}
