import type { LadderStep, PlanRequest, SettledRung, SourceFacts } from './facts.ts'
import { linesOf, settleRung, sizeOf } from './settle.ts'

/** A step of the player's ladder that is to be encoded. */
export type LadderRung = { readonly step: LadderStep; readonly rung: SettledRung }
/** `tooLarge`: names of steps that were asked for and are larger than the source. */
export type Ladder = { readonly rungs: readonly LadderRung[]; readonly tooLarge: readonly string[] }

/** A source of a step's own size is worth an encode beside it from so many times its bitrate on. */
const heavierBy = 1.5
/** Distances of key frames that are off by less are the same: one frame at 25 a second. */
const frameMs = 41

/** What the player is to get beside the source, best first: nothing that is larger than the source. */
export function ladderOf({ ladder, sources }: Pick<PlanRequest, 'ladder' | 'sources'>): Ladder {
  const source = sources[0] ?? null
  if (ladder === null || (source !== null && source.video === null)) return { rungs: [], tooLarge: [] }
  const all = ladder.steps.map((step) => ({ step, rung: settleStep(step, sources) }))
  const most = source === null ? usualLines : linesOf(source)
  const rungs = all.filter(({ rung }) => (ladder.isWhole ? shortSide(rung) <= most : isWorthIt(rung, source, most)))
  return {
    rungs: rungs.toSorted((a, b) => pixels(b.rung) - pixels(a.rung) || kbps(b.rung) - kbps(a.rung)),
    tooLarge: ladder.isWhole ? all.filter(({ rung }) => shortSide(rung) > most).map(({ rung }) => rung.name) : [],
  }
}

/** Before anything has come: most shows are 1080p. */
const usualLines = 1080

/** Below the source, or as large where the source itself is no use to most browsers or too heavy for most lines. */
function isWorthIt(rung: SettledRung, source: SourceFacts | null, most: number): boolean {
  const lines = shortSide(rung)
  if (lines !== most) return lines < most
  const video = source?.video ?? null
  return video !== null && (video.codec !== 'h264' || (video.kbps ?? 0) > kbps(rung) * heavierBy)
}

/**
 * A template's height is that of the short side, so that a phone held upright gets what a camera does. Key frames follow the source's, unless
 * the source has them on the grid of all other encodes anyway: then an output that wishes the same shares the encode.
 */
function settleStep(step: LadderStep, sources: readonly SourceFacts[]): SettledRung {
  const source = sources[0] ?? null
  const settled = settleRung(step, source)
  if (settled.video === null) return settled
  const size = step.rungId === null && step.video?.width === undefined ? sizeOf(source, settled.video.height) : {}
  const video = { ...settled.video, ...size }
  return { ...settled, video: agrees(sources, video.gopMs) ? video : { ...video, followsSourceKeys: true } }
}

/** The key frames of all sources are as far apart as the grid's, each of them. Of an encoder that has not sent yet that is expected. */
const agrees = (sources: readonly SourceFacts[], gopMs: number): boolean =>
  sources.every(({ video }) => {
    if (video === null) return true
    const { gopMs: longest, minGopMs: shortest = longest } = video
    return longest !== null && shortest !== null && longest <= gopMs + frameMs && shortest >= gopMs - frameMs
  })

const shortSide = ({ video }: SettledRung): number => (video === null ? 0 : Math.min(video.width, video.height))
const pixels = ({ video }: SettledRung): number => (video === null ? 0 : video.width * video.height)
const kbps = ({ video }: SettledRung): number => video?.bitrateKbps ?? 0
