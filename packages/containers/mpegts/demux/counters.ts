/** What goes wrong in a transport stream, counted since the demuxer began. All are values, none ends a session. */
export type TsCounters = {
  /** Transport packets read, null packets included. */
  packets: number
  /** Packets that the sender or a receiver before us marked as damaged; passed over. */
  transportErrors: number
  /** Packets or PES packets that are encrypted; passed over. */
  scrambledPackets: number
  /** Packets with an impossible header or adaptation field; passed over. */
  badPackets: number
  /** Times that the continuity counter of a PID jumped: packets were lost before. */
  continuityErrors: number
  /** Packets sent twice, the second passed over. */
  duplicatePackets: number
  /** PAT and PMT sections whose checksum does not hold. */
  crcErrors: number
  /** PAT and PMT sections that are no such table. */
  badSections: number
  /** PES packets without a readable header. */
  badPesPackets: number
  /** PES packets dropped because they outgrew the memory limit. */
  oversizedPesPackets: number
  /** Video frames given out with bytes missing, and audio frames lost in part. */
  damagedFrames: number
  /** Frames that could not be given out: before the first configuration or timestamp, or of a form that nothing downstream takes. */
  droppedFrames: number
  /** Parameter sets and audio configurations that can't be read; the ones before stay in force. */
  badConfigs: number
  /** New time bases that the discontinuity indicator announced. */
  timeBaseChanges: number
}

/** All at zero. */
export function makeTsCounters(): TsCounters {
  return {
    packets: 0,
    transportErrors: 0,
    scrambledPackets: 0,
    badPackets: 0,
    continuityErrors: 0,
    duplicatePackets: 0,
    crcErrors: 0,
    badSections: 0,
    badPesPackets: 0,
    oversizedPesPackets: 0,
    damagedFrames: 0,
    droppedFrames: 0,
    badConfigs: 0,
    timeBaseChanges: 0,
  }
}
