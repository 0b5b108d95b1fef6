export { PlaybackPanel } from './PlaybackPanel.tsx'
