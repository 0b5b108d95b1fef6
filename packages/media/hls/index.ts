export { type BufferPolicy, bufferPolicyOf } from './buffer-policy.ts'
export { type HlsAddresses, type HlsAnswer, type HlsFile, HlsView } from './hls-view.ts'
