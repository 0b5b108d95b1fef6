import { readAc3Config } from '@sluice/codecs/ac3'
import type { AudioTrack } from '@sluice/codecs/frame'

/** The AC-3 track of a dac3 box's payload. */
export const readAc3Track = (id: number, config: Uint8Array): AudioTrack => ({
  kind: 'audio',
  id,
  codec: 'ac3',
  config,
  codecString: 'ac-3',
  ...readAc3Config('ac3', config),
})

/** The E-AC-3 track of a dec3 box's payload. */
export const readEac3Track = (id: number, config: Uint8Array): AudioTrack => ({
  kind: 'audio',
  id,
  codec: 'eac3',
  config,
  codecString: 'ec-3',
  ...readAc3Config('eac3', config),
})
