import assert from 'node:assert/strict'
import type { Frame } from '@sluice/codecs/frame'
import { Fmp4Demuxer } from '@sluice/containers/fmp4'
import { FakeClock } from '@sluice/testkit/clock'
import { ManifestChecker } from '@sluice/testkit/manifests'
import { playRuns, type Show } from '@sluice/testkit/shows'
import { ProgrammeBus } from '../../bus/index.ts'
import { bufferPolicyOf, HlsView } from '../../hls/index.ts'
import { Packager } from '../../packager/index.ts'
import { MediaStore } from '../../store/index.ts'
import type { GrowingFile, ViewAnswer } from '../../view/index.ts'
import { DashView } from '../index.ts'
import { segmentAt } from '../period-log.ts'

/** Half a frame of sound. */
const soundTicks = 2000

/** A segment between key frames may begin with a picture that is shown after others of it: by so much, at 5 fps. */
const longestReorder = 3 * 18_000

type Fetched = { time: number; readonly initialization: string; file: GrowingFile | null }

function framesIn(bytes: readonly Uint8Array[]): Frame[] {
  const frames: Frame[] = []
  const demuxer = new Fmp4Demuxer()
  for (const piece of bytes) demuxer.push(piece, { onTrack() {}, onFrame: (frame) => frames.push(frame) })
  return frames
}

/** Plays a show, judges every version of the manifest and fetches each segment as soon as it is listed, as a player at the live edge does. Throws AssertionError. */
export function playShow({ runs, partMs, startS, windowSegments }: Show): { readonly versions: readonly string[]; readonly grown: number } {
  const clock = new FakeClock(startS * 1000)
  const faults: unknown[] = []
  const onFault = (error: unknown): void => void faults.push(error)
  const bus = new ProgrammeBus(onFault)
  const policy = bufferPolicyOf({ segmentMs: 2000, partMs, windowSegments })
  const store = new MediaStore({ clock, maxSegments: windowSegments, targetDurationS: policy.targetDurationS })
  const dash = new DashView({ store, clock, policy, onFault })
  const hls = new HlsView({ store, clock, policy, onReady() {}, onFault })
  const packager = new Packager({ bus, store, clock, segmentMs: 2000, partMs, onFault })
  const checker = new ManifestChecker()
  const versions = new Set<string>()
  const fetched = new Map<string, Fetched>()
  const ask = (name: string, answer: (found: ViewAnswer) => void): (() => void) | null => {
    const view = [dash, hls].find((one) => one.serves(name))
    assert.ok(view !== undefined, name)
    return view.ask(name, new URLSearchParams(), { media: '', prefix: '' }, answer)
  }
  const judge = (): void => {
    let text: string | null = null
    const cancel = ask('manifest.mpd', (found) => {
      if (typeof found === 'object' && 'gzip' in found) text = Buffer.concat(found.body).toString()
    })
    cancel?.()
    if (text === null) return
    const mpd = checker.check(text)
    versions.add(text)
    for (const period of mpd.periods) {
      for (const { contentType, representations } of period.sets) {
        for (const { id, segments, initialization } of representations) {
          ask(initialization, (found) => assert.ok(typeof found === 'object', `${initialization} is listed and not there`))
          for (const { url, time, number } of segments) {
            const segment = store.rendition(id)!.segments.find((one) => one.number === number)
            const isNow = segment !== undefined && contentType === 'audio' ? segment.startDts : segment?.startPts
            if (isNow !== undefined) assert.ok(Math.abs(isNow - time) <= soundTicks, `${url} is told at ${time} and is at ${isNow}`)
            const known = fetched.get(url)
            if (known !== undefined) {
              known.time = time
              continue
            }
            const one: Fetched = { time, initialization, file: null }
            fetched.set(url, one)
            ask(url, (found) => {
              // A track that lags may turn out to have nothing in a stub of a segment.
              const hasNone = segmentAt(store.rendition(id)!, number) === undefined
              assert.ok(typeof found === 'object' || hasNone, `${url} is listed, and ${found}`)
              if (typeof found !== 'object') return
              if ('follow' in found) one.file = found
            })
          }
        }
      }
    }
  }
  store.subscribe({ onChange: judge })
  playRuns({ runs, startS }, { clock, bus, packager })
  packager.clear()
  judge()
  assert.deepEqual(faults, [])
  let grown = 0
  for (const [url, { file, time, initialization }] of fetched) {
    if (file === null) continue
    grown++
    assert.equal(file.state, 'whole', url)
    const bytes = Buffer.concat(file.body)
    ask(url, (found) => {
      if (typeof found === 'object') assert.deepEqual(bytes, Buffer.concat(found.body), `${url} grew to other bytes`)
    })
    ask(initialization, (init) => {
      if (typeof init !== 'object' || bytes.length === 0) return
      const [first] = framesIn([...init.body, bytes])
      const isExact = first!.track.kind === 'audio' || first!.isKey
      assert.ok(Math.abs(first!.pts - time) <= (isExact ? 0 : longestReorder), `${url} begins at ${first!.pts}, and is told at ${time}`)
    })
  }
  clock.advance(60_000)
  assert.deepEqual([store.bytes, store.state, clock.pendingTimers], [0, 'empty', 0])
  dash.close()
  return { versions: [...versions], grown }
}
