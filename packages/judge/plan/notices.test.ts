import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noticeWords, type OwnRung, type SourceFacts } from './index.ts'
import { facebook, output, source, wayOf } from './testing/requests.ts'

const rungOf = (codec: 'h264' | 'h265' | 'av1', audio: OwnRung['audio'] = null): OwnRung => ({
  ...{ id: 'r', name: 'R', audio },
  video: { codec, height: 720, fps: 30, bitrateKbps: 3000, gopMs: 2000 },
})
const aac = { codec: 'aac', bitrateKbps: 128 } as const
const captioned = source({ hasCaptions: true })
const noticesOf = (rung: OwnRung, sources: SourceFacts[]) =>
  wayOf({ rungs: [rung], sources, outputs: [output('a', { wish: 'r' })] }).way.notices

test('captions are lost on rungs in H.265 and AV1, and pass on rungs in H.264', () => {
  assert.deepEqual(
    (['h264', 'h265', 'av1'] as const).map((codec) => noticesOf(rungOf(codec), [captioned])),
    [[], ['captions-lost'], ['captions-lost']],
  )
  assert.deepEqual(noticesOf(rungOf('h265'), [source()]), [])
  // A backup that has some is a source of the broadcast too.
  assert.deepEqual(noticesOf(rungOf('h265'), [source(), captioned]), ['captions-lost'])
})

test('HDR is tone-mapped by every encode of the picture', () => {
  const hdr = source({ hdr: 'pq', codec: 'h265' })
  assert.deepEqual(noticesOf(rungOf('h264'), [hdr]), ['tone-mapped'])
  assert.deepEqual(wayOf({ sources: [hdr], outputs: [output('a', { rules: facebook })] }).way.notices, ['tone-mapped'])
})

test('silence is added where the sound is encoded and the source has none', () => {
  const mute: SourceFacts = { ...source(), audio: null }
  assert.deepEqual(noticesOf(rungOf('h264', aac), [mute]), ['silence-added'])
  assert.deepEqual(noticesOf(rungOf('h264'), [mute]), [])
})

test('what passes through, or is a track of the encoder itself, changes nothing', () => {
  const track = { track: 1, codec: 'h265', width: 1280, height: 720, fps: 30, kbps: 3000, gopMs: 2000 }
  const whole = source({ hasCaptions: true, hdr: 'hlg' })
  assert.deepEqual(wayOf({ sources: [whole], outputs: [output('a', { wish: 'source' })] }).way.notices, [])
  assert.deepEqual(noticesOf(rungOf('h265'), [{ ...whole, renditions: [track] }]), [])
})

test('each notice says what viewers get, and the losses what to do', () => {
  assert.match(noticeWords['captions-lost'], /viewers get none\. Use an H\.264 rung/)
  assert.match(noticeWords['silence-added'], /silence is sent .* Turn the sound on/)
  assert.match(noticeWords['tone-mapped'], /tone-mapped to SDR/)
})
