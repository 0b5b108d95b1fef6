import type { Logger } from '@sluice/base/log'
import type { Knock } from '../directory/index.ts'
import { hashKey, type KeyDirectory, keyCandidates, type Route } from '../directory/index.ts'
import type { Players } from './players.ts'

export type ViewerAdmissionParts = {
  readonly engineId: string
  readonly log: Logger
  readonly directory: KeyDirectory
  /** Who pulls the programme of a channel of this engine; undefined for a channel that is not here. */
  readonly playersOf: (channelId: string) => Players | undefined
}

/** Where somebody who wants to watch gets the programme, by play token or stream key. */
export type Seat =
  | { readonly to: 'nobody' }
  | { readonly to: 'channel'; readonly players: Players; readonly keyHash: string }
  | { readonly to: 'engine'; readonly relayPath: string; readonly key: string }

/** Whether a caller that does not say what it wants can want one thing only: it has a key for watching, and none for an input. */
export function canOnlyWatch({ directory }: Pick<ViewerAdmissionParts, 'directory'>, { texts }: Knock): boolean {
  const candidates = keyCandidates(texts)
  return directory.publishers(candidates).length === 0 && directory.players(candidates).length > 0
}

/** Decides on a viewer, whatever its protocol: to a channel of this engine, on to the engine that has it, or away. */
export function admitViewer(parts: ViewerAdmissionParts, { texts, isRelay }: Pick<Knock, 'texts' | 'isRelay'>): Seat {
  const found = parts.directory.players(keyCandidates(texts))
  const known = found[0]
  // The play token and a stream key of one channel lead to the same programme.
  if (known === undefined || found.some(({ route }) => route.channelId !== known.route.channelId)) return { to: 'nobody' }
  return seatAt(parts, known.route, known.key, isRelay)
}

function seatAt(parts: ViewerAdmissionParts, route: Route, key: string, isRelay: boolean): Seat {
  if (route.engineId !== parts.engineId && !isRelay && route.relayPath !== null) return { to: 'engine', relayPath: route.relayPath, key }
  const players = parts.playersOf(route.channelId)
  return players === undefined ? { to: 'nobody' } : { to: 'channel', players, keyHash: hashKey(key) }
}
