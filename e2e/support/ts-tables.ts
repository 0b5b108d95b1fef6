/** Continuity counters by PID. */
export class ContinuityOfPid {
  readonly #counts = new Map<number, number>()

  next(pid: number): number {
    const count = ((this.#counts.get(pid) ?? -1) + 1) & 15
    this.#counts.set(pid, count)
    return count
  }
}

/** A PAT (table 0) or PMT (table 2) of program 1 in one packet. Spec: ISO/IEC 13818-1 §2.4.4 */
export function tableOf(tableId: 0 | 2, body: readonly number[], counters: ContinuityOfPid, pid: number): Uint8Array {
  const bytes = 5 + body.length + 4
  const section = [tableId, 0xb0 | (bytes >> 8), bytes & 0xff, 0, 1, 0xc1, 0, 0, ...body]
  const sum = sectionCrc(section)
  const packet = Buffer.alloc(188, 0xff)
  packet.set([0x47, 0x40 | (pid >> 8), pid & 0xff, 0x10 | counters.next(pid), 0, ...section])
  packet.writeUInt32BE(sum, 5 + section.length)
  return packet
}

/** Spec: ISO/IEC 13818-1 annex A */
export function sectionCrc(bytes: readonly number[]): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte << 24
    for (let i = 0; i < 8; i++) sum = (sum & 0x80000000) !== 0 ? (sum << 1) ^ 0x04c11db7 : sum << 1
  }
  return sum >>> 0
}
