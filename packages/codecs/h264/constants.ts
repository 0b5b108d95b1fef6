/** NAL unit types that Sluice looks at. Spec: ITU-T H.264 §7.4.1, table 7-1 */
export const H264NalType = { slice: 1, partitionA: 2, idr: 5, sei: 6, sps: 7, pps: 8, aud: 9, spsExtension: 13 } as const
export type H264NalType = (typeof H264NalType)[keyof typeof H264NalType]

/** Type of the NAL unit whose header is the byte `header`, 0..31. Spec: ITU-T H.264 §7.3.1 */
export const h264NalType = (header: number): number => header & 0x1f

/** Profiles whose parameter sets and records carry chroma format and bit depth. Spec: ITU-T H.264 §7.3.2.1.1 */
export const highProfiles: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]
