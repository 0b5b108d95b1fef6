export { EmptyState } from './EmptyState.tsx'
export { type Fact, Facts } from './Facts.tsx'
export { PageHead } from './PageHead.tsx'
export { BarePanels, Panel } from './Panel.tsx'
