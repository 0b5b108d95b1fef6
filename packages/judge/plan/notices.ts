import type { PlanNoticeCode } from '@sluice/contract/api'
import type { SourceFacts } from './facts.ts'
import type { PlannedRung } from './plan.ts'

/** What an encode changes of these sources beside size and bitrate, worst first. `rung`: what an output or the player gets; null: the source. */
export function noticesOf(rung: PlannedRung | null, sources: readonly SourceFacts[]): readonly PlanNoticeCode[] {
  if (rung === null) return []
  const { video, audio, from } = rung.spec
  const isEncoded = video !== null && from === undefined
  // The encoders of H.265 and AV1 write no captions, and all encodes are SDR.
  const losesCaptions = isEncoded && video.codec !== 'h264' && sources.some((source) => source.video?.hasCaptions === true)
  const isToneMapped = isEncoded && sources.some((source) => source.video?.hdr !== undefined)
  const addsSilence = audio !== null && sources.some((source) => source.audio === null)
  return [
    ...(losesCaptions ? (['captions-lost'] as const) : []),
    ...(addsSilence ? (['silence-added'] as const) : []),
    ...(isToneMapped ? (['tone-mapped'] as const) : []),
  ]
}

/** What viewers miss by it; the other only changes how the picture looks, as it has to. */
export const isLoss = (code: PlanNoticeCode): boolean => code !== 'tone-mapped'

/** One sentence each: what happens, and what to do about it. They hold for the broadcast, as its plan does: a source of it may be off the air by now. */
export const noticeWords: Readonly<Record<PlanNoticeCode, string>> = {
  'captions-lost':
    'The source of this broadcast has closed captions, and encodes in H.265 or AV1 do not carry them: viewers get none. Use an H.264 rung or the source.',
  'silence-added':
    'The source of this broadcast came without sound: silence is sent while it has none, because platforms demand a sound track. Turn the sound on in the encoder.',
  'tone-mapped': 'The source of this broadcast is HDR: the encode is tone-mapped to SDR (BT.709).',
}
