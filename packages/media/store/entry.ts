import type { Boundary, CaptionService, InitData, Part, TimedEvent } from './part.ts'
import type { RenditionFacts } from './rendition.ts'

/** Where the files of a rendition go on: a number is never given twice under one epoch. */
export type Counters = { readonly nextPart: number; readonly nextVersion: number }

/** Where a store stands, for one that goes on under the same addresses: in another process, or with another window. */
export type StorePosition = {
  /** Stands in the names of its files: `firstNumber` of the store that began them. */
  readonly epoch: number
  /** Of the newest segment. */
  readonly number: number
  readonly splices: number
  /** Where its media ends, milliseconds since 1970. */
  readonly endWallMs: number
  readonly renditions: readonly (Counters & { readonly id: string })[]
}

/** One change of a store. A new store that applies all entries of another one, or those of its `snapshot` and all that come after, shows the same. */
export type StoreEntry =
  | ({ readonly type: 'open'; readonly firstNumber: number | null } & RenditionFacts & Counters)
  | { readonly type: 'init'; readonly rendition: string; readonly init: InitData }
  /** A segment begins: in all renditions, or in one, a little later for each. */
  | { readonly type: 'boundary'; readonly boundary: Boundary }
  | { readonly type: 'begin'; readonly rendition: string; readonly boundary: Boundary }
  | { readonly type: 'part'; readonly rendition: string; readonly segment: number; readonly part: Part }
  | { readonly type: 'end'; readonly rendition: string; readonly segment: number }
  /** Older segments of the rendition have left its list. */
  | { readonly type: 'listed'; readonly rendition: string; readonly from: number }
  | { readonly type: 'timed'; readonly event: TimedEvent }
  | { readonly type: 'captions'; readonly services: readonly CaptionService[] | null }
  | { readonly type: 'removed'; readonly rendition: string }
  | { readonly type: 'splice' }
  | { readonly type: 'retract' }
  | { readonly type: 'ended' }
  | { readonly type: 'publish' }
  | Stand

/** Ends a snapshot: the store stands as the one that it was taken of. */
export type Stand = {
  readonly type: 'stand'
  readonly nextNumber: number
  readonly splices: number
  readonly isSpliced: boolean
  readonly isOn: boolean
}
