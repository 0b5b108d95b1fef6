import type { PlanNoticeCode } from '@sluice/contract/api'
import { delayExcess } from './delay.ts'
import type { PlannedOutput, SourceFacts } from './facts.ts'
import type { PlannedRung } from './plan.ts'

/** What its encode, or memory, makes of what an output is to get. `found`, `limit`: the figures of its sentence. */
export type PlanNotice = { readonly code: PlanNoticeCode; readonly found?: string; readonly limit?: string }

/**
 * What an output does not get as it was asked for, and what its encode changes beside size and bitrate, worst first. `tracks`: its rung, or one for
 * each video track of its stream; null for the source.
 */
export function noticesOf(
  output: PlannedOutput,
  tracks: readonly (PlannedRung | null)[],
  sources: readonly SourceFacts[],
): readonly PlanNotice[] {
  const [first = null] = tracks
  return [...(first === null ? [] : encodeNotices(output, first, sources)), ...delayNotices(output, tracks, sources)]
}

function delayNotices(output: PlannedOutput, tracks: readonly (PlannedRung | null)[], sources: readonly SourceFacts[]): PlanNotice[] {
  const excess = delayExcess(output, tracks, sources)
  if (excess === null) return []
  return [{ code: 'delay-shortened', found: `${(output.delayMs ?? 0) / 1000} s`, limit: `${Math.floor(excess.maxMs / 1000)} s` }]
}

function encodeNotices({ audioTrack }: PlannedOutput, rung: PlannedRung, sources: readonly SourceFacts[]): PlanNotice[] {
  const { video, audio, from } = rung.spec
  const isEncoded = video !== null && from === undefined
  // The encoders of H.265 and AV1 write no captions; an encode is SDR unless it was asked to be HDR.
  const losesCaptions = isEncoded && video.codec !== 'h264' && sources.some((source) => source.video?.hasCaptions === true)
  const isToneMapped = isEncoded && video.hdr === undefined && sources.some((source) => source.video?.hdr !== undefined)
  const addsSilence = audio !== null && sources.some((source) => source.audio === null)
  const isOtherTrack = audio !== null && audioTrack !== undefined && audio.track !== audioTrack
  return [
    ...(losesCaptions ? [{ code: 'captions-lost' } as const] : []),
    ...(addsSilence ? [{ code: 'silence-added' } as const] : []),
    ...(isOtherTrack ? [{ code: 'audio-track-ignored', found: String(audio.track), limit: String(audioTrack) } as const] : []),
    ...(isToneMapped ? [{ code: 'tone-mapped' } as const] : []),
  ]
}

/** What viewers miss by it; the other only changes how the picture looks, as it has to. */
export const isLoss = (code: PlanNoticeCode): boolean => code !== 'tone-mapped'

/**
 * One sentence each: what happens, and what to do about it. What is said of a source holds for the broadcast, as its plan does: it may be off the air
 * by now.
 */
export function noticeWords({ code, found = '', limit = '' }: PlanNotice): string {
  switch (code) {
    case 'captions-lost':
      return 'The source of this broadcast has closed captions, and encodes in H.265 or AV1 do not carry them: viewers get none. Use an H.264 rung or the source.'
    case 'silence-added':
      return 'The source of this broadcast came without sound: silence is sent while it has none, because platforms demand a sound track. Turn the sound on in the encoder.'
    case 'audio-track-ignored':
      return `Its rung encodes audio track ${found}, and this output is set to track ${limit}: viewers hear track ${found}. Set the track on the rung, or use another rung.`
    case 'delay-shortened':
      return `The delay of ${found} does not fit into memory at this bitrate: it becomes ${limit}. Lower the delay, or use a rung of a lower bitrate.`
    case 'tone-mapped':
      return 'The source of this broadcast is HDR: the encode is tone-mapped to SDR (BT.709).'
  }
}
