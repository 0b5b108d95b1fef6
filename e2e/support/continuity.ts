import assert from 'node:assert/strict'
import type { RtmpSinkServer } from '@sluice/testkit/rtmp-sink'
import { stepsBack, videoFrames, videoGaps } from './sink-frames.ts'

/** Asserts that a sink had one session only and that no frame of a steady 25 fps source is missing in it. */
export function assertUnbroken(sink: RtmpSinkServer, name: string, minFrames: number): void {
  assert.equal(sink.sessions.length, 1, `${name} was connected ${sink.sessions.length} times`)
  const [session] = sink.sessions
  assert.ok(videoFrames(session!).length >= minFrames, `${name} got ${videoFrames(session!).length} frames, ${minFrames} expected`)
  assert.deepEqual([videoGaps(session!), stepsBack(session!)], [[], []], `${name} lost frames`)
}
