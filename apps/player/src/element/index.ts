import { SluicePlayer } from './sluice-player.ts'

if (customElements.get('sluice-player') === undefined) customElements.define('sluice-player', SluicePlayer)

export type { PlayerMetrics } from '../session/metrics.ts'
export type { PlayerState } from '../session/player-state.ts'
export { SluicePlayer }
