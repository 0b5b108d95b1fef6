export { type BufferPolicy, bufferPolicyOf } from './buffer-policy.ts'
export { type HlsFile, HlsView } from './hls-view.ts'
