/** Bytes the chunk basic header takes, or 0 when `b` does not hold all of it yet. Spec: RTMP 1.0 §5.3.1.1 */
export function basicHeaderBytes(b: Uint8Array, at: number): 0 | 1 | 2 | 3 {
  if (at >= b.length) return 0
  const low = b[at]! & 0x3f
  const need = low === 0 ? 2 : low === 1 ? 3 : 1
  return at + need <= b.length ? need : 0
}

/** The chunk stream id, 2..65599, of a basic header that is all there. Spec: RTMP 1.0 §5.3.1.1 */
export function readChunkStreamId(b: Uint8Array, at: number): number {
  const low = b[at]! & 0x3f
  if (low === 0) return 64 + b[at + 1]!
  if (low === 1) return 64 + b[at + 1]! + 256 * b[at + 2]!
  return low
}
