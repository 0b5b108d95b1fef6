import { ownAddress, SluicePlayer } from './sluice-player.ts'

if (customElements.get('sluice-player') === undefined) customElements.define('sluice-player', SluicePlayer)

export type { PlayerMetrics } from '../session/metrics.ts'
export type { PageFacts } from '../session/page-card.ts'
export type { ChoiceKind } from './sluice-player.ts'
export { ownAddress, SluicePlayer }
