export { type EngineLive, LiveState } from './live-state.ts'
export {
  type Audience,
  type Presenter,
  presentChannel,
  presentClip,
  presentDestination,
  presentInput,
  presentOutput,
  presentPlay,
} from './present.ts'
export type { PublicPlace, PublicPorts } from './public-urls.ts'
export { frame, StreamHub } from './stream-hub.ts'
export type { Subscriber } from './subscriber.ts'
