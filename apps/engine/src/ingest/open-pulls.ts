import type { OpenPull } from '../channels/input-pull.ts'
import { openFilePull } from './file-pull.ts'
import { openSrtPull } from './srt-pull.ts'

/** Every way in which an input gets its media itself, by the scheme of its address. */
export function openPulls(parts: Parameters<typeof openSrtPull>[0]): OpenPull {
  const openFile = openFilePull(parts)
  const openSrt = openSrtPull(parts)
  return (input, url, events) => (url.startsWith('file:') ? openFile : openSrt)(input, url, events)
}
