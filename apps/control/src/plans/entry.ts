import type { Claim, SourceFacts } from '@sluice/judge/plan'
import type { ChannelConfig } from '../desired/index.ts'
import { Correction } from './correction.ts'
import { FailedRungs } from './failed-rungs.ts'
import { SourceWindow } from './source-window.ts'

/** The sources of a broadcast that plans are made for: the first stable one, and those that later broke a limit that it had kept. */
export type Sources = { readonly broadcast: string | null; readonly sources: readonly SourceFacts[] }

/** What is known of one channel, to plan by. */
export type Entry = {
  readonly window: SourceWindow
  readonly correction: Correction
  readonly failed: FailedRungs
  seconds: number
  known: Sources | null
  isWriting: boolean
  /** Somebody asked for a look while a plan was being stored. */
  isLookDue: boolean
  isLive: boolean
  /** What the channel would encode, by all that it follows from. */
  claim: { readonly config: ChannelConfig; readonly key: string; readonly claim: Claim } | null
}

export const newEntry = (): Entry => ({
  ...{ window: new SourceWindow(), correction: new Correction(), failed: new FailedRungs(), seconds: 0 },
  ...{ known: null, isWriting: false, isLookDue: false, isLive: false, claim: null },
})
