import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeMetadata } from '@sluice/protocols/rtmp'
import type { ChannelInput, SessionFacts } from './channel-input.ts'
import type { InputSession } from './input-session.ts'
import { rtmpInput } from './rtmp-input.ts'

const facts: SessionFacts = { protocol: 'rtmp', remoteAddress: '192.0.2.1', encoder: null }

/** What the input sees of a session whose encoder sent this data message. */
function factsAfter(body: Uint8Array): SessionFacts {
  let session: InputSession | undefined
  const port = { putTrack() {}, putFrame() {}, putPacket() {}, putData() {}, endTrack() {}, note() {}, flush() {}, close() {} }
  const input = {
    open(opened: InputSession) {
      session = opened
      return port
    },
  } as Pick<ChannelInput, 'open'> as ChannelInput
  rtmpInput(input, { app: 'live' }, { close() {} }, facts).onMessage('data', 0, body)
  return session!.facts
}

test('an encoder is called what it calls itself in onMetaData', () => {
  const body = writeMetadata({ encoder: 'obs-output module (libobs version 29.0.2)', width: 1920 }, true)
  assert.equal(factsAfter(body).encoder, 'OBS 29.0.2')
})

test('metadata without a name, and broken metadata, leave the name as it was', () => {
  assert.equal(factsAfter(writeMetadata({ width: 1920 })).encoder, null)
  assert.equal(factsAfter(writeMetadata({ encoder: 'vMix' }).subarray(0, 20)).encoder, null)
})
