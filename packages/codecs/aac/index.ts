export { type AdtsHeader, readAdtsHeader, writeAdtsHeader } from './adts.ts'
export { type AacConfig, formatAacCodec, readAacConfig, writeAacConfig } from './audio-specific-config.ts'
export { AacObjectType, aacChannels, aacSampleRates } from './constants.ts'
export { aacErrors } from './errors.ts'
