/** A copy of `b` from `from` to `to`. Never `b.slice()`: packets may be Node Buffers, whose `slice` is a view and whose `buffer` is shared. */
export function copyBytes(b: Uint8Array, from = 0, to = b.length): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(to - from)
  out.set(b.subarray(from, to))
  return out
}
