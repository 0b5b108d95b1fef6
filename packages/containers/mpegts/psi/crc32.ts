const table = makeTable()

/** CRC-32 of PSI sections: over a section with its CRC it is 0. Indices count in `b`, `end` is exclusive. Spec: ISO/IEC 13818-1 Annex A */
export function sectionCrc32(b: Uint8Array, at: number, end: number): number {
  let crc = 0xffffffff
  for (let i = at; i < end; i++) crc = (crc << 8) ^ table[(crc >>> 24) ^ b[i]!]!
  return crc >>> 0
}

/** Polynomial 0x04c11db7, most significant bit first: not the reflected CRC-32 of zip and Ethernet. */
function makeTable(): Uint32Array {
  const out = new Uint32Array(256)
  for (let i = 0; i < 256; i++) {
    let crc = i << 24
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80000000) === 0 ? crc << 1 : (crc << 1) ^ 0x04c11db7
    out[i] = crc
  }
  return out
}
