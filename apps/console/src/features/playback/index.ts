export { FromOutsidePanel } from './FromOutsidePanel.tsx'
export { PlaybackPanel } from './PlaybackPanel.tsx'
export { ViewingPanel } from './ViewingPanel.tsx'
