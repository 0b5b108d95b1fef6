/** Audio object types that change how a configuration is read. Spec: ISO/IEC 14496-3 §1.5.1.1 */
export const AacObjectType = { main: 1, lc: 2, ssr: 3, ltp: 4, sbr: 5, erLc: 17, erLd: 23, ps: 29, erEld: 39, usac: 42 } as const
export type AacObjectType = (typeof AacObjectType)[keyof typeof AacObjectType]

/** Hz for samplingFrequencyIndex 0..12. Spec: ISO/IEC 14496-3 §1.6.3.3 */
export const aacSampleRates: readonly number[] = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]

/** Channels for channelConfiguration 0..14; 0 where a program config element tells or the value is reserved. Spec: ISO/IEC 14496-3 §1.6.3.4 */
export const aacChannels: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8]
