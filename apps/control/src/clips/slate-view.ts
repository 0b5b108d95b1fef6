import type { ChannelSlate } from '@sluice/contract/api'
import type { SlateActual } from '@sluice/contract/link'

/** How far the making of a channel's slate has come. `settling`: the programme is watched for a moment first. */
export type SlateWork = { state: 'settling' | 'preparing' | 'ready' | 'failed'; reason: string | null }

type Sight = {
  shows: string | null
  clipId: string | null
  slateMs: number
  work: SlateWork | null
  /** As the engine reports it. */
  actual: SlateActual | null
  /** Why this machine makes none. */
  unavailable: string | null
}

/** What the operator reads of a channel's slate: never that it is there when the last picture would be shown. */
export function slateView({ shows, clipId, slateMs, work, actual, unavailable }: Sight): ChannelSlate {
  const chosen = { shows: shows === 'clip' || shows === 'last-picture' ? shows : 'name', clipId } as const
  if (slateMs === 0) return { ...chosen, state: 'off', now: 'nothing', reason: null }
  if (chosen.shows === 'last-picture') return { ...chosen, state: 'ready', now: 'last-picture', reason: null }
  const isMaking = work?.state === 'settling' || work?.state === 'preparing'
  if (actual?.state === 'ready') return { ...chosen, state: isMaking ? 'preparing' : 'ready', now: 'chosen', reason: null }
  const instead = (state: ChannelSlate['state'], reason: string): ChannelSlate => ({ ...chosen, state, now: 'last-picture', reason })
  if (unavailable !== null) return instead('unavailable', unavailable)
  if (work?.state === 'failed') return instead('failed', work.reason ?? 'it could not be created')
  if (isMaking) return instead('preparing', 'it is being created for the current programme')
  if (actual?.state === 'failed' || actual?.state === 'misfit') return instead('failed', actual.problem ?? 'the engine could not load it')
  if (actual?.state === 'loading' || work?.state === 'ready') return instead('preparing', 'the engine is loading it')
  return instead('waiting', 'it is created once the channel is live')
}
