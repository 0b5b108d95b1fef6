export { type BufferPolicy, bufferPolicyOf } from './buffer-policy.ts'
export { HlsView } from './hls-view.ts'
export { type SoundLabel, soundNames } from './sound-names.ts'
