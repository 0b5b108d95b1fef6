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
const codesOf = (given: Parameters<typeof wayOf>[0]) => wayOf(given).way.notices.map(({ code }) => code)
const noticesOf = (rung: OwnRung, sources: SourceFacts[]) => codesOf({ rungs: [rung], sources, outputs: [output('a', { wish: 'r' })] })

test('captions are lost on rungs in H.265 and AV1, and pass on rungs in H.264', () => {
  assert.deepEqual(
    (['h264', 'h265', 'av1'] as const).map((codec) => noticesOf(rungOf(codec), [captioned])),
    [[], ['captions-lost'], ['captions-lost']],
  )
  assert.deepEqual(noticesOf(rungOf('h265'), [source()]), [])
  // A backup that has some is a source of the broadcast too.
  assert.deepEqual(noticesOf(rungOf('h265'), [source(), captioned]), ['captions-lost'])
})

test('HDR is tone-mapped by every encode of the picture that is not HDR itself', () => {
  const hdr = source({ hdr: 'pq', codec: 'h265' })
  assert.deepEqual(noticesOf(rungOf('h264'), [hdr]), ['tone-mapped'])
  const kept = rungOf('h265')
  assert.deepEqual(noticesOf({ ...kept, video: { ...kept.video!, hdr: 'pq' } }, [hdr]), [])
  assert.deepEqual(codesOf({ sources: [hdr], outputs: [output('a', { rules: facebook })] }), ['tone-mapped'])
})

test('silence is added where the sound is encoded and the source has none', () => {
  const mute: SourceFacts = { ...source(), audio: null }
  assert.deepEqual(noticesOf(rungOf('h264', aac), [mute]), ['silence-added'])
  assert.deepEqual(noticesOf(rungOf('h264'), [mute]), [])
})

test('what passes through, or is a track of the encoder itself, changes nothing', () => {
  const track = { track: 1, codec: 'h265', width: 1280, height: 720, fps: 30, kbps: 3000, gopMs: 2000 }
  const whole = source({ hasCaptions: true, hdr: 'hlg' })
  assert.deepEqual(codesOf({ sources: [whole], outputs: [output('a', { wish: 'source' })] }), [])
  assert.deepEqual(noticesOf(rungOf('h265'), [{ ...whole, renditions: [track] }]), [])
})

test('an own rung with another audio track than the output is set to: the rung is right, and it is said', () => {
  const on = (track: number, audioTrack?: number) =>
    codesOf({
      rungs: [rungOf('h264', { ...aac, track })],
      outputs: [output('a', { wish: 'r', ...(audioTrack === undefined ? {} : { audioTrack }) })],
    })
  assert.deepEqual([on(0, 1), on(1, 1), on(1)], [['audio-track-ignored'], [], []])
  // An encode that is planned for the output takes its track.
  assert.deepEqual(codesOf({ sources: [source({ codec: 'h265' })], outputs: [output('a', { rules: facebook, audioTrack: 1 })] }), [])
})

test('a delay that needs more memory than there is for a rung is shortened, and the longest that fits is told', () => {
  const late = (kbps: number, delayMs: number) =>
    wayOf({ sources: [source({ kbps })], outputs: [output('a', { wish: 'source', delayMs })] }).way.notices
  // 60 s and a GOP of 2 s at 17 Mbps are 133 MB of 134, at 18 Mbps 140.
  assert.deepEqual(late(17_000, 60_000), [])
  assert.deepEqual(late(18_000, 60_000), [{ code: 'delay-shortened', found: '60 s', limit: '57 s' }])
  assert.deepEqual(late(50_000, 10_000), [])
  // The heavier of two sources counts, and a rung has its own bitrate.
  const both = [source({ kbps: 4000 }), source({ kbps: 40_000 })]
  assert.deepEqual(codesOf({ sources: both, outputs: [output('a', { wish: 'source', delayMs: 60_000 })] }), ['delay-shortened'])
  assert.deepEqual(codesOf({ sources: both, rungs: [rungOf('h264', aac)], outputs: [output('a', { wish: 'r', delayMs: 60_000 })] }), [])
  assert.deepEqual(codesOf({ sources: [], outputs: [output('a', { wish: 'source', delayMs: 60_000 })] }), [])
})

test('each notice says what viewers get, and the losses what to do', () => {
  assert.match(noticeWords({ code: 'captions-lost' }), /viewers get none\. Use an H\.264 rung/)
  assert.match(noticeWords({ code: 'silence-added' }), /silence is sent .* Turn the sound on/)
  assert.match(noticeWords({ code: 'tone-mapped' }), /tone-mapped to SDR/)
  assert.match(
    noticeWords({ code: 'delay-shortened', found: '60 s', limit: '57 s' }),
    /^The delay of 60 s .* becomes 57 s\. Lower the delay/,
  )
  assert.match(
    noticeWords({ code: 'audio-track-ignored', found: '0', limit: '1' }),
    /encodes audio track 0, .* set to track 1: viewers hear track 0\./,
  )
})
