import type { SessionSettings } from '../session/settings.ts'

/** Settings of a session as a handshake on a short path leaves them, socket id 1 to 2, with `changes` on top. */
export function makeSettings(changes: Partial<SessionSettings> = {}): SessionSettings {
  return {
    localSocketId: 1,
    peerSocketId: 2,
    sendFirstSequence: 0,
    receiveFirstSequence: 0,
    startMs: 0,
    peerTimestampUs: 0,
    peerArrivedAtMs: 0,
    receiveLatencyMs: 120,
    sendLatencyMs: 120,
    peerHasTooLateDrop: true,
    peerVersion: 0x010504,
    flowWindowPackets: 8192,
    mssBytes: 1500,
    rttMs: 10,
    receiveBufferPackets: 1024,
    sendBufferPackets: 1024,
    idleTimeoutMs: 5000,
    delivery: 'tsbpd',
    overheadPercent: 25,
    ...changes,
  }
}
