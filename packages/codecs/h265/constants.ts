/** NAL unit types that Sluice looks at; 16..23 are random access points. Spec: ITU-T H.265 §7.4.2.2, table 7-1 */
export const H265NalType = { irapFirst: 16, irapLast: 23, vps: 32, sps: 33, pps: 34, aud: 35, prefixSei: 39, suffixSei: 40 } as const
export type H265NalType = (typeof H265NalType)[keyof typeof H265NalType]

/** Type of the NAL unit whose first header byte is `header`, 0..63; below 32 it is a slice. Spec: ITU-T H.265 §7.3.1.2 */
export const h265NalType = (header: number): number => (header >>> 1) & 0x3f
