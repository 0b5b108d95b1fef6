export {
  type Audience,
  type BroadcastSight,
  type Presenter,
  presentChannel,
  presentClip,
  presentInput,
  presentOutput,
  presentPlay,
} from './present.ts'
export { presentDestination } from './present-destination.ts'
export { escapeHtml, oembedUrl, presentOEmbed, presentPlayer } from './present-player.ts'
export { presentRecording } from './present-recording.ts'
export { presentPicture, presentRung } from './present-rung.ts'
export { ingestUrls, type PublicPlace, type PublicPorts } from './public-urls.ts'
export { RowFacts } from './row-facts.ts'
