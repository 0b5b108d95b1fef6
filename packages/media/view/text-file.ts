import { gzipSync } from 'node:zlib'
import type { ViewFile } from './file-view.ts'

/** A playlist or a manifest. Compressed once for all who get it, when the first of them asks. */
export function textFile(text: string, contentType: string, maxAgeS: number | null): ViewFile {
  const bytes = Buffer.from(text)
  let gzip: Uint8Array | null = null
  return {
    contentType,
    body: [bytes],
    get gzip() {
      gzip ??= gzipSync(bytes)
      return gzip
    },
    isFixed: false,
    maxAgeS,
  }
}
