export { type AdtsHeader, readAdtsHeader, writeAdtsHeader } from './adts.ts'
export { type AacConfig, formatAacCodec, readAacConfig, writeAacConfig } from './audio-specific-config.ts'
export { AacObjectType, aacSampleRates } from './constants.ts'
export { readProgramElement, writeProgramElement } from './program-config.ts'
