/** What a viewer's page shows of itself: a part of the player's metrics. */
export type Metrics = { state: string; startupMs: number | null; frames: number; width: number }

type Video = { getVideoPlaybackQuality(): { totalVideoFrames: number } }

/**
 * The few globals of a page that functions run in it use, as `(globalThis as unknown as PageGlobals).document`. They are functions and
 * not strings where the page waits, because the pages' own policy forbids to evaluate strings; and they see no helper of ours, so that each
 * casts by itself.
 */
export type PageGlobals = {
  document: {
    querySelector(selector: 'video'): Video | null
    querySelector(selector: 'sluice-player'): { metrics?: Metrics | null } | null
  }
  sluicePlayer?: Metrics | null
}
