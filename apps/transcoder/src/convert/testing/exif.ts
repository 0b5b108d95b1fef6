/** An EXIF block with an orientation and nothing else, as cameras write it. Spec: Exif 3.0 §4.5 */
export function exifBlock(orientation: number, order: 'II' | 'MM'): Uint8Array {
  const bytes = new Uint8Array(26)
  const view = new DataView(bytes.buffer)
  const isLittle = order === 'II'
  bytes.set([order.charCodeAt(0), order.charCodeAt(1)])
  view.setUint16(2, 42, isLittle)
  view.setUint32(4, 8, isLittle)
  view.setUint16(8, 1, isLittle)
  view.setUint16(10, 0x0112, isLittle)
  view.setUint16(12, 3, isLittle)
  view.setUint32(14, 1, isLittle)
  view.setUint16(18, orientation, isLittle)
  return bytes
}
