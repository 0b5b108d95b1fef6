export { PlaybackPanel } from './PlaybackPanel.tsx'
export { ViewingPanel } from './ViewingPanel.tsx'
