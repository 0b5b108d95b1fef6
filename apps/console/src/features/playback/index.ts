export { FromOutsidePanel } from './FromOutsidePanel.tsx'
export { PlaybackPanel } from './PlaybackPanel.tsx'
