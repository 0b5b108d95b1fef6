import { WireError } from '@sluice/base/errors'
import { h264Syntax, h265Syntax, type ParameterSets } from '@sluice/codecs/access-unit'
import type { VideoTrack } from '@sluice/codecs/frame'

/** The parameter sets of a track's configuration; null where it can't be read. */
export function readSets(track: VideoTrack): ParameterSets | null {
  try {
    return (track.codec === 'h264' ? h264Syntax : h265Syntax).readSets(track.config)
  } catch (err) {
    if (!(err instanceof WireError)) throw err
    return null
  }
}

/** The track that `sets` describe; null where they can't be read. */
export function readSetsTrack(codec: 'h264' | 'h265', id: number, sets: ParameterSets): VideoTrack | null {
  try {
    return (codec === 'h264' ? h264Syntax : h265Syntax).readTrack(id, sets)
  } catch (err) {
    if (!(err instanceof WireError)) throw err
    return null
  }
}
