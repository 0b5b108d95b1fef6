/** Limits of a level: macroblocks a second and a picture, kbit/s in High. Spec: ITU-T H.264 §A.3.1, table A-1, and §A.3.3 */
const levels: readonly (readonly [level: string, perSecond: number, perPicture: number, highKbps: number])[] = [
  ['3.0', 40_500, 1620, 12_500],
  ['3.1', 108_000, 3600, 17_500],
  ['3.2', 216_000, 5120, 25_000],
  ['4.0', 245_760, 8192, 25_000],
  ['4.1', 245_760, 8192, 62_500],
  ['4.2', 522_240, 8704, 62_500],
  ['5.0', 589_824, 22_080, 168_750],
  ['5.1', 983_040, 36_864, 300_000],
]

/** The lowest level that holds it, from 3.0 on; 5.2 for what is larger. Explicit, because an encoder's own choice changes with its preset. */
export function h264Level(width: number, height: number, fps: number, kbps: number): string {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16)
  return levels.find((row) => macroblocks * fps <= row[1] && macroblocks <= row[2] && kbps <= row[3])?.[0] ?? '5.2'
}
