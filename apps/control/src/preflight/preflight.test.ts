import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PreflightCheck, Verdict } from '@sluice/contract/api'
import type { InputActual, InputNotice, InputStats, OutputActual } from '@sluice/contract/link'
import { classPolicies } from '@sluice/contract/policy'
import { loadCatalogue } from '../destinations/index.ts'
import {
  engineCheck,
  type KeptTarget,
  leftOutCheck,
  networkChecks,
  outputsCheck,
  probeDepth,
  type SourceFacts,
  sourceCheck,
  targetChecks,
  uplinkCheck,
  verdictChecks,
  worstOf,
} from './index.ts'
import { sourceChecks } from './source-checks.ts'

const catalogue = loadCatalogue()
const hourMs = 3_600_000
const nowMs = 1_800_000_000_000

const find = (checks: readonly PreflightCheck[], name: PreflightCheck['check']): PreflightCheck | undefined =>
  checks.find((one) => one.check === name)
const verdicts = (checks: readonly PreflightCheck[]): string => checks.map((one) => `${one.check} ${one.verdict}`).join(', ')

function judge(target: Partial<KeptTarget>): PreflightCheck[] {
  const whole = { platform: 'custom', url: 'rtmp://live.example/app', streamKey: 'some-key-1', changedAtMs: null, ...target }
  return targetChecks(whole, catalogue.rulesFor(whole.platform, whole.url), { allowPrivateTargets: false, nowMs })
}

test('an address that cannot work fails with the fix; a platform address in the wrong scheme and a key in another form warn', () => {
  assert.equal(verdicts(judge({ url: 'http://live.example/app' })), 'url fail')
  const youtube = judge({ platform: 'youtube', url: 'rtmps://a.rtmps.youtube.com:443/live2', streamKey: 'abcd-efgh-ijkl-mnop-qrst' })
  assert.equal(verdicts(youtube), 'url pass, platform pass, key pass')
  const kick = judge({ platform: 'kick', url: 'rtmp://fa723fc1b171.global-contribute.live-video.net/app', streamKey: 'not-a-kick-key' })
  assert.equal(verdicts(kick), 'url pass, platform warn, key warn')
  assert.doesNotMatch(JSON.stringify(kick), /not-a-kick-key/)
})

test('a key that is older than its platform lets keys live is told, harder where keys never last', () => {
  const facebook = judge({
    platform: 'facebook',
    url: 'rtmps://live-api-s.facebook.com:443/rtmp/',
    streamKey: 'FB-1-0-x',
    changedAtMs: nowMs - 30 * hourMs,
  })
  assert.equal(find(facebook, 'keyAge')?.verdict, 'warn')
  assert.match(find(facebook, 'keyAge')?.found ?? '', /30 h or longer/)
  const instagram = { platform: 'instagram', url: 'rtmps://edgetee-upload-lhr6-1.xx.fbcdn.net:443/rtmp/', streamKey: 'k-1234567' }
  assert.equal(find(judge({ ...instagram, changedAtMs: nowMs - 72 * hourMs }), 'keyAge')?.verdict, 'warn')
  assert.equal(find(judge({ ...instagram, changedAtMs: nowMs - hourMs }), 'keyAge')?.verdict, 'pass')
})

const outputIn = (state: OutputActual['state']): OutputActual => ({
  outputId: 'o',
  state,
  since: new Date(nowMs).toISOString(),
  generation: 1,
  reason: { kind: 'auth', code: 'RTMP_PUBLISH_AUTH', message: 'the key is not valid', hint: 'Copy the stream key again.' },
  attempts: 1,
  nextRetryAt: null,
  liveSince: null,
})

test('a publish is tried only where it begins no broadcast: not on platforms, not on their hosts under another name, not beside a working output', () => {
  const depth = (platform: string, url: string, state: OutputActual['state'] | null = null) =>
    probeDepth(catalogue, catalogue.rulesFor(platform, url), url, state === null ? null : outputIn(state))
  assert.equal(depth('custom', 'rtmp://203.0.113.9/live'), 'publish')
  assert.equal(depth('custom-srt', 'srt://relay.example:9000'), 'publish')
  assert.equal(depth('youtube', 'rtmps://a.rtmps.youtube.com:443/live2'), 'connect')
  assert.equal(depth('custom', 'rtmp://x.rtmp.youtube.com/live2'), 'connect')
  assert.equal(depth('custom', 'rtmp://fra02.contribute.live-video.net/app'), 'connect')
  assert.equal(depth('custom', 'rtmp://203.0.113.9/live', 'backoff'), 'connect')
  assert.equal(depth('owncast', 'rtmp://my.example/live'), 'connect')
})

test('every platform of the catalogue but a server of one’s own is tried up to connect alone', () => {
  const published = catalogue.entries.filter((entry) => catalogue.rulesFor(entry.id, 'rtmp://203.0.113.9/x')?.publishCheck === 'publish')
  assert.deepEqual(
    published.map((entry) => entry.id),
    ['custom-rtmp', 'custom-rtmps', 'custom-srt'],
  )
})

test('what an output was last told stands above a trial that went no further than connect', () => {
  const steps = [
    { step: 'dns', verdict: 'pass', found: 'a', expected: 'b', fix: null },
    { step: 'publish', verdict: 'skip', found: 'not tried', expected: 'b', fix: null },
  ] as const
  assert.equal(verdicts(networkChecks(steps, outputIn('failed'))), 'dns pass, publish fail')
  assert.equal(verdicts(networkChecks(steps, null)), 'dns pass, publish skip')
  assert.equal(verdicts(networkChecks({ notTried: 'no engine is up' }, null)), 'dns skip')
})

const input: InputActual = {
  inputId: 'i',
  role: 'primary',
  state: 'receiving',
  onAir: true,
  since: new Date(nowMs).toISOString(),
  protocol: 'rtmp',
  remoteAddress: null,
  encoder: 'OBS',
  video: { codec: 'h264', codecString: 'avc1.64002a', profile: 'High', width: 1920, height: 1080, declaredFps: 30 },
  audio: { codec: 'aac', codecString: 'mp4a.40.2', sampleRate: 48_000, channels: 2 },
  otherTracks: [],
  lastProblem: null,
}
const stats: InputStats = {
  inputId: 'i',
  bitrateBps: 4_628_000,
  videoBps: 4_500_000,
  audioBps: 128_000,
  fps: 30,
  gopMs: 2000,
  framesTotal: 1,
  bytesTotal: 1,
  timestampJumpsTotal: 0,
  maxGapMs: 40,
  sessionMs: 1,
  line: null,
}
const youtube = catalogue.rulesFor('youtube', 'rtmps://a.rtmps.youtube.com:443/live2')
const twitch = catalogue.rulesFor('twitch', 'rtmp://live.twitch.tv/app')
const judgeSource = (source: SourceFacts | null, rules = youtube) => sourceChecks(source, rules, { ...classPolicies.B, isOwn: false })

test('a source inside every limit passes; without a source nothing is said of it', () => {
  assert.equal(verdicts(judgeSource({ input, stats })), 'codec pass, bitrate pass, keyframes pass, fps pass, size pass, audio pass')
  assert.deepEqual(judgeSource(null), [])
  assert.equal(worstOf(judgeSource({ input, stats: null }).map((one) => one.verdict)), 'pass')
})

const sourceFaults: {
  name: string
  source: SourceFacts
  check: PreflightCheck['check']
  verdict: string
  fix: RegExp
  rules?: typeof youtube
}[] = [
  {
    name: 'HEVC to Twitch',
    source: { input: { ...input, video: { ...input.video!, codec: 'h265' } }, stats },
    check: 'codec',
    verdict: 'fail',
    fix: /video codec to h264/,
    rules: twitch,
  },
  {
    name: 'Opus',
    source: { input: { ...input, audio: { ...input.audio!, codec: 'opus' } }, stats },
    check: 'codec',
    verdict: 'fail',
    fix: /audio codec to aac/,
  },
  {
    name: '12 Mbps to Twitch',
    source: { input, stats: { ...stats, videoBps: 12_000_000 } },
    check: 'bitrate',
    verdict: 'fail',
    fix: /5000 kbps or less/,
    rules: twitch,
  },
  {
    name: '6 Mbps in class B',
    source: { input, stats: { ...stats, videoBps: 6_000_000 } },
    check: 'bitrate',
    verdict: 'warn',
    fix: /5000 kbps/,
  },
  {
    name: 'GOP of 10 s',
    source: { input, stats: { ...stats, gopMs: 10_000 } },
    check: 'keyframes',
    verdict: 'fail',
    fix: /interval to 2 s/,
  },
  { name: 'GOP of 3 s', source: { input, stats: { ...stats, gopMs: 3000 } }, check: 'keyframes', verdict: 'warn', fix: /interval to 2 s/ },
  { name: '120 frames/s', source: { input, stats: { ...stats, fps: 120 } }, check: 'fps', verdict: 'warn', fix: /60 frames/ },
  { name: '3 frames/s', source: { input, stats: { ...stats, fps: 3 } }, check: 'fps', verdict: 'warn', fix: /encoder/ },
  {
    name: '8K',
    source: { input: { ...input, video: { ...input.video!, width: 7680, height: 4320 } }, stats },
    check: 'size',
    verdict: 'fail',
    fix: /3840x2160/,
  },
  { name: 'no audio', source: { input: { ...input, audio: null }, stats }, check: 'audio', verdict: 'warn', fix: /audio track/ },
  {
    name: '32 kHz',
    source: { input: { ...input, audio: { ...input.audio!, sampleRate: 32_000 } }, stats },
    check: 'audio',
    verdict: 'warn',
    fix: /44100 or 48000/,
  },
]
for (const { name, source, check, verdict, fix, rules } of sourceFaults) {
  test(`${name}: ${check} is ${verdict}, with the exact fix [POL-02]`, () => {
    const found = find(judgeSource(source, rules), check)
    assert.equal(found?.verdict, verdict)
    assert.match(found?.fix ?? '', fix)
  })
}

test('upright video is judged by its longer side', () => {
  const upright = { ...input, video: { ...input.video!, width: 1080, height: 1920 } }
  assert.equal(find(judgeSource({ input: upright, stats }), 'size')?.verdict, 'pass')
})

test('outputs that together need more than the declared uplink fail, and the fix says how many fit', () => {
  const source = { input, stats }
  assert.equal(uplinkCheck(source, 4, null).verdict, 'skip')
  assert.equal(uplinkCheck(source, 4, 50_000).verdict, 'pass')
  assert.equal(uplinkCheck(source, 4, 22_000).verdict, 'warn')
  const full = uplinkCheck(source, 10, 20_000)
  assert.deepEqual([full.verdict, full.found], ['fail', '10 outputs need about 48.6 Mbps'])
  assert.match(full.fix ?? '', /until 3 are left/)
})

const g711: InputNotice = {
  code: 'codec-not-carried',
  media: 'audio',
  subject: 'G.711 mu-law',
  count: 9,
  since: '2026-01-01T00:00:00Z',
  isCurrent: true,
}

test('sound that is not carried is named with the codec to set, and "add a track" is not said', () => {
  const source = { input: { ...input, audio: null, notices: [g711] }, stats }
  const audio = find(judgeSource(source), 'audio')
  assert.match(audio?.found ?? '', /G\.711 mu-law/)
  assert.equal(audio?.fix, "Set the encoder's audio codec to AAC.")
  const [left] = leftOutCheck(source)
  assert.deepEqual([left?.verdict, left?.fix], ['warn', "Set the encoder's audio codec to AAC."])
  assert.deepEqual(leftOutCheck({ input, stats }), [])
})

test('an encoder whose stream can’t be used is no missing encoder', () => {
  const connected = {
    input: { ...input, state: 'connected' as const, video: null, audio: null, notices: [g711] },
    stats: { ...stats, receivedBps: 900_000 },
  }
  const check = sourceCheck(null, connected)
  assert.equal(check.verdict, 'fail')
  assert.match(check.found, /an encoder is connected to the primary input and sends 900 kbps.*G\.711/)
  assert.doesNotMatch(check.found, /no encoder/)
  assert.match(sourceCheck(null, null).found, /no encoder is sending/)
})

test('what the judge says of media, profile and line is checked once, what outputs check themselves is not said again', () => {
  assert.deepEqual(verdictChecks(null), [])
  assert.deepEqual(verdictChecks({ input, stats }), [])
  const say = (...verdicts: Verdict[]) => verdictChecks({ input, stats: { ...stats, verdicts } })
  assert.equal(verdicts(say()), 'media pass, profile pass, line pass')
  const verdict = (change: Pick<Verdict, 'subject' | 'code' | 'level'>): Verdict => ({
    ...change,
    figures: {},
    sentence: 'A.',
    tryFirst: 'B.',
  })
  const found = say(
    verdict({ subject: 'line', code: 'drop', level: 'bad' }),
    verdict({ subject: 'source', code: 'keyframe-distance', level: 'bad' }),
    verdict({ subject: 'source', code: 'audio-high', level: 'warn' }),
    verdict({ subject: 'source', code: 'bitrate-low', level: 'warn' }),
  )
  assert.equal(verdicts(found), 'media pass, profile warn, line fail')
  assert.deepEqual([found[1]?.found, found[1]?.fix], ['A. A.', 'B.'])
})

test('a source without key frames fails, before a second one tells its distance', () => {
  const notice = { ...g711, code: 'key-frame-missing', media: 'video', subject: 'none so far' } as const
  const found = find(judgeSource({ input: { ...input, notices: [notice] }, stats: { ...stats, gopMs: null } }), 'keyframes')
  assert.equal(found?.verdict, 'fail')
  assert.match(found?.fix ?? '', /interval to 2 s/)
})

test('nothing that was not judged passes, and a channel without an engine or an output is told as such', () => {
  assert.equal(worstOf([]), 'warn')
  assert.equal(worstOf(['skip', 'skip']), 'warn')
  assert.equal(worstOf(['skip', 'pass']), 'pass')
  assert.deepEqual(
    [engineCheck(false, null).verdict, engineCheck(true, '2026-01-01T00:00:00Z').verdict, engineCheck(true, null).verdict],
    ['fail', 'fail', 'pass'],
  )
  assert.deepEqual([outputsCheck(0).verdict, outputsCheck(1).verdict], ['warn', 'pass'])
})
