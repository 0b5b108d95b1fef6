import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecordReader } from '@sluice/base/records'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeVideoTrack } from '@sluice/testkit/frames'
import { randomFrom } from '@sluice/testkit/random'
import { bufferPolicyOf, HlsView } from '../hls/index.ts'
import { MediaStore, renditionId } from '../store/index.ts'
import { type FedFacts, maxStoreRecordBytes, readToViewers, StoreFeed } from './index.ts'

const policy = bufferPolicyOf({ segmentMs: 2000, partMs: 500, windowSegments: 6 })
const window = { maxSegments: 6, targetDurationS: policy.targetDurationS }
const facts: FedFacts = {
  playIdHash: 'h',
  previewIdHash: null,
  onAir: 'live',
  rungs: ['source', '720p'],
  sounds: [],
  segmentMs: 2000,
  partMs: 500,
  windowSegments: 6,
}
const viewOf = (store: MediaStore, clock: FakeClock): HlsView =>
  new HlsView({ store, clock, policy, rungs: ['source', '720p'], onReady: () => {} })

/** Everything that a player could be given. */
function shownBy(view: HlsView, store: MediaStore): Record<string, string> {
  const shown: Record<string, string> = { state: store.state, timed: JSON.stringify(store.timed), captions: JSON.stringify(store.captions) }
  const lists = store.renditions.flatMap(({ id }) => [`${id}.m3u8`, `${id}-i.m3u8`])
  for (const name of ['index.m3u8', 'plain.m3u8', 'media.m3u8', ...lists.sort()]) {
    const text = Buffer.concat(view.file(name)?.body ?? []).toString()
    shown[name] = text
    for (const [, quoted, plain] of text.matchAll(/URI="([^"]+\.(?:m4s|mp4))"|^([^#\n]+\.m4s)$/gm)) {
      const file = quoted ?? plain!
      if (!text.includes(`TYPE=PART,URI="${file}"`)) shown[file] = Buffer.concat(view.file(file)?.body ?? []).toString('hex')
    }
  }
  return shown
}

/** A store that is written to at random, as packagers may, with a feed. */
function makeSource(seed: number, clock: FakeClock, after?: MediaStore['position']) {
  const random = randomFrom(seed)
  const store = new MediaStore({ clock, ...window, ...(after === undefined ? {} : { after }) })
  const names = [
    { id: renditionId('source', 'video', 0), kind: 'video', rung: 'source' },
    { id: renditionId('source', 'audio', 0), kind: 'audio', rung: 'source' },
    { id: renditionId('720p', 'video', 0), kind: 'video', rung: '720p' },
  ] as const
  let dts = random.int(0, 1000) * 90
  let inits = 0
  const open = (i: number) => {
    const rendition = store.open(names[i]!)
    const bytes = Uint8Array.of(++inits & 255, i)
    if (rendition.init === null) rendition.setInit(i === 1 ? makeAudioTrack() : makeVideoTrack(), bytes)
    return rendition
  }
  const step = (): void => {
    const dice = random.int(0, 99)
    const last = store.boundary(store.position.number)
    if (dice < 25 || last === undefined) {
      const boundary = store.begin(dts, dts + random.int(0, 3) * 3000)
      for (const i of [0, 1, 2]) if (random.int(0, 9) > 0) open(i).begin(boundary, dts + i * 100, boundary.startWallMs)
    } else if (dice < 75) {
      const duration90k = random.int(20, 500) * 90
      for (const rendition of store.renditions) {
        if (random.int(0, 9) === 0) continue
        const bytes = Uint8Array.from({ length: random.int(1, 40) }, () => random.int(0, 255))
        const isGap = random.int(0, 19) === 0
        const isIndependent = random.int(0, 1) === 0
        const part = { startDts: dts, duration90k, isIndependent, isGap, bytes: isGap ? bytes.subarray(0, 0) : bytes }
        rendition.add({ ...part, frames: 1, firstSampleEnd: bytes.length })
      }
      dts += duration90k
    } else if (dice < 82) for (const rendition of store.renditions) rendition.end()
    else if (dice < 86) store.splice()
    else if (dice < 88) store.retract()
    else if (dice < 90) open(random.int(0, 2)).setInit(makeVideoTrack(), Uint8Array.of(++inits & 255))
    else if (dice < 92) store.remove(names[2].id)
    else if (dice < 93) store.end()
    else if (dice < 95) store.mark(dice < 94 ? 'scte35' : 'id3', dts + random.int(-900, 900) * 90, random.bytes(random.int(1, 30)))
    else if (dice < 96) store.setCaptions(random.int(0, 1) === 0 ? ['CC1'] : [])
    else clock.advance(random.int(0, 4000))
    if (random.int(0, 2) === 0) store.publish()
  }
  return { store, step }
}

/** The far end: a store that is told by the feed alone. It may be cut off, and told anew. */
function makeReplica(feed: StoreFeed, epoch: number, clock: FakeClock) {
  const make = (): MediaStore =>
    new MediaStore({ clock, ...window, after: { epoch, number: epoch - 1, splices: 0, endWallMs: 0, renditions: [] } })
  const store = make()
  const link = (): void => {
    const reader = new RecordReader(maxStoreRecordBytes)
    const told: { anew: MediaStore | null } = { anew: make() }
    const take = (record: Uint8Array): void => {
      const message = readToViewers(record)
      if (message?.type !== 'entry') return
      const into = told.anew ?? store
      into.apply(message.entry)
      if (message.entry.type !== 'stand') return
      store.become(into)
      told.anew = null
    }
    feed.link({ write: (pieces) => pieces.forEach((piece) => void reader.push(piece, take)), queuedBytes: 0, cut() {} })
  }
  return { store, link }
}

test('whatever packagers do, a replica gives out the same bytes as its store, also after it was cut off in the middle (seeds 1 to 30)', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const clock = new FakeClock()
    const random = randomFrom(seed + 1000)
    const { store, step } = makeSource(seed, clock)
    const feed = new StoreFeed('s')
    feed.open('show', store, facts, () => {})
    const replica = makeReplica(feed, store.firstNumber, clock)
    replica.link()
    const [own, theirs] = [viewOf(store, clock), viewOf(replica.store, clock)]
    for (let i = 0; i < 200; i++) {
      if (random.int(0, 29) === 0) {
        feed.unlink()
        for (let lost = random.int(0, 60); lost > 0; lost--) step()
        replica.link()
      }
      step()
      store.publish()
      const [expected, found] = [shownBy(own, store), shownBy(theirs, replica.store)]
      for (const name of Object.keys(expected)) assert.equal(found[name], expected[name], `seed ${seed}, step ${i}: ${name}`)
    }
  }
})

test('a store that goes on where another one was broken off gives no name twice, and lists go on behind a splice (seeds 1 to 20)', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const clock = new FakeClock()
    const first = makeSource(seed, clock)
    const feed = new StoreFeed('s')
    feed.open('show', first.store, facts, () => {})
    const replica = makeReplica(feed, first.store.firstNumber, clock)
    replica.link()
    const view = viewOf(replica.store, clock)
    // bound: the files of two runs of a test
    const known = new Map<string, string>()
    const check = (): void => {
      for (const [name, bytes] of Object.entries(shownBy(view, replica.store))) {
        // Files of both tracks are whole only where packagers begin both, which chance does not.
        if (!/^[av]_.*\.(m4s|mp4)$/.test(name) || bytes === '') continue
        assert.equal(known.get(name) ?? bytes, bytes, `seed ${seed}: ${name}`)
        known.set(name, bytes)
      }
    }
    const run = (step: () => void): void => {
      for (let i = 0; i < 120; i++) {
        step()
        check()
      }
    }
    run(first.step)
    feed.unlink()
    for (let lost = 0; lost < 10; lost++) first.step()
    replica.store.breakOff(policy.partTargetMs * 90)
    replica.store.publish()
    const numbers = replica.store.renditions.map(({ last }) => last?.number)
    const after = replica.store.position
    const second = makeSource(seed + 500, clock, after)
    second.store.subscribe({ onChange() {}, onEntry: (entry) => replica.store.apply(entry) })
    run(second.step)
    assert.ok(replica.store.position.number > after.number && replica.store.position.splices > after.splices)
    for (const number of numbers) assert.ok((number ?? 0) <= after.number)
  }
})
