import { BoundedMap } from '@sluice/base/bounded'
import type { Frame } from '@sluice/codecs/frame'
import { readGlassStamp } from '@sluice/codecs/h264'
import { nalLengthBytes } from '@sluice/codecs/track'
import { isMultivariantPlaylist, type LivePlaylist, type MultivariantPlaylist, parseMultivariantPlaylist } from '@sluice/containers/m3u8'
import type { ChannelTarget, ProbeFault } from '@sluice/contract/prober'
import { faultsOfAnswer } from '../answer-faults.ts'
import { Findings } from '../findings.ts'
import { avOffset } from '../media-rules.ts'
import { wait } from '../pace.ts'
import type { FormatLook, FormatProbe, ProbeParts, TakeFrame } from '../probe-parts.ts'
import { endNumber, PlaylistRules } from './playlist-rules.ts'
import { type PlayMode, RenditionPlayer } from './rendition-player.ts'

const maxEntryBytes = 1024 * 1024
const entryLimitMs = 10_000
const retryMs = 1000
/** Rungs and languages are looked at in turn by players of their own; more than these are a ladder that nobody has. */
const maxRenditions = 16
/** Sound is cut beside the picture by half a frame at most, and dates have milliseconds. */
const maxApartMs = 150
/** Key pictures come every few seconds. */
const keptStampMs = 15_000

/** Names of the players of one entry playlist. */
type Cast = { readonly picture: RenditionPlayer; readonly sound: RenditionPlayer | null; readonly all: readonly RenditionPlayer[] }

/**
 * Plays a channel from its entry playlist on, in one of its two forms. Of low latency: pictures and sound part by part with blocking reloads, the
 * other rungs and languages by their playlists. Plain: the one list with both in it, segment by segment.
 */
export class HlsProbe implements FormatProbe {
  readonly format: 'll-hls' | 'hls'
  readonly #target: ChannelTarget
  readonly #parts: ProbeParts
  readonly #onFrame: TakeFrame
  readonly #findings = new Findings()
  readonly #abort = new AbortController()
  /** By the name of the playlist: what it promised holds over a restart of the server, and over shows. */
  readonly #rules = new BoundedMap<string, PlaylistRules>({ maxCount: 2 * maxRenditions, whenFull: 'forget-oldest' })
  #cast: Cast | null = null
  /** The last stamped picture, and when it came. */
  #stamped: { readonly stampMs: number; readonly atMs: number } | null = null

  constructor(format: 'll-hls' | 'hls', target: ChannelTarget, parts: ProbeParts, onFrame: TakeFrame) {
    this.format = format
    this.#target = target
    this.#parts = parts
    this.#onFrame = (frame) => {
      this.#readStamp(frame)
      onFrame(frame)
    }
    void this.#run()
  }

  look(): FormatLook {
    const cast = this.#cast
    const nowMs = this.#parts.clock.nowMs()
    for (const player of cast?.all ?? []) this.#findings.add(player.takeFaults(), nowMs)
    const list = cast?.picture.list ?? null
    if (cast !== null && list !== null) this.#findings.add([...this.#policy(list), ...apartOf(cast), ...avOf(cast)], nowMs)
    const behindEdgeMs = list === null ? null : this.#behindEdgeMs(list)
    const edgeMs = list === null ? null : edgeDateMs(list)
    return {
      faults: this.#findings.take(nowMs),
      isPlaying: list !== null,
      behindEdgeMs,
      glassMs: list === null || behindEdgeMs === null ? null : this.#glassMs(list, behindEdgeMs),
      latencyMs: edgeMs === null || behindEdgeMs === null ? null : Math.round(this.#parts.clock.wallMs() - edgeMs + behindEdgeMs),
    }
  }

  close(): void {
    this.#abort.abort()
    for (const player of this.#cast?.all ?? []) player.close()
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      const entry = await this.#entry()
      if (entry !== null) await this.#play(entry.playlist, entry.url)
      // A channel that ended, or an engine that comes back: the same address plays again.
      await wait(this.#parts.clock, retryMs)
    }
  }

  async #entry(): Promise<{ url: string; playlist: MultivariantPlaylist } | null> {
    const { getter, clock } = this.#parts
    const url = new URL(this.format === 'hls' ? 'plain.m3u8' : 'index.m3u8', this.#target.baseUrl).href
    const got = await getter.get(url, { maxBytes: maxEntryBytes, limitMs: entryLimitMs, signal: this.#abort.signal })
    if (this.#abort.signal.aborted) return null
    this.#findings.add(faultsOfAnswer(got, 'entry'), clock.nowMs())
    if (got.status !== 200) return null
    const text = new TextDecoder().decode(got.bytes)
    try {
      if (!isMultivariantPlaylist(text)) throw new Error('it names no variant')
      return { url, playlist: parseMultivariantPlaylist(text) }
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(0, 120) : ''
      this.#findings.add([{ code: 'unreadable', figures: { what: 'entry', reason } }], clock.nowMs())
      return null
    }
  }

  /** Until one of the players can't go on. */
  async #play(playlist: MultivariantPlaylist, entryUrl: string): Promise<void> {
    const over = Promise.withResolvers<void>()
    const cast = this.#makeCast(playlist, entryUrl, over.resolve)
    if (cast === null) return
    this.#cast = cast
    const running = cast.all.map((player) => player.run())
    await Promise.race([over.promise, Promise.all(running)])
    for (const player of cast.all) player.close()
    await Promise.all(running)
    const nowMs = this.#parts.clock.nowMs()
    for (const player of cast.all) this.#findings.add(player.takeFaults(), nowMs)
    this.#cast = null
  }

  #makeCast({ variants, renditions }: MultivariantPlaylist, entryUrl: string, onGone: () => void): Cast | null {
    const best = variants[0]
    if (best === undefined) return null
    const sounds = renditions.filter(({ type, uri }) => type === 'AUDIO' && uri !== undefined)
    const own = sounds.filter(({ groupId }) => groupId === best.audioGroup)
    const heard = own.find(({ isDefault }) => isDefault) ?? own[0]
    const isParts = this.format === 'll-hls'
    const open = (uri: string, mode: PlayMode): RenditionPlayer => {
      const url = new URL(uri, entryUrl).href
      return new RenditionPlayer(this.#parts, { url, mode, rules: this.#rulesOf(url, mode), onFrame: this.#onFrame, onGone })
    }
    const picture = open(best.uri, isParts ? 'parts' : 'segments')
    const sound = heard?.uri === undefined ? null : open(heard.uri, isParts ? 'parts' : 'segments')
    const played = [best.uri, heard?.uri]
    const others = [...new Set([...variants.map(({ uri }) => uri), ...sounds.map(({ uri }) => uri!)])].filter(
      (uri) => !played.includes(uri),
    )
    const watched = others.slice(0, maxRenditions).map((uri) => open(uri, 'watch'))
    return { picture, sound, all: [picture, ...(sound === null ? [] : [sound]), ...watched] }
  }

  #readStamp({ track, isKey, bytes }: Frame): void {
    if (!isKey || track.kind !== 'video' || track.codec !== 'h264') return
    const stampMs = readGlassStamp(bytes, nalLengthBytes(track))
    if (stampMs !== null) this.#stamped = { stampMs, atMs: this.#parts.clock.wallMs() }
  }

  /** From the picture's own stamp to a player that shows it: it came with the newest piece, and is shown when that is as far behind as players stay. */
  #glassMs({ promises, segments }: LivePlaylist, behindEdgeMs: number): number | null {
    if (this.#stamped === null || this.#parts.clock.wallMs() - this.#stamped.atMs > keptStampMs) return null
    const pieceS = this.format === 'll-hls' ? promises.partTargetS : segments.at(-1)?.durationS
    return Math.round(this.#stamped.atMs - this.#stamped.stampMs + behindEdgeMs - (pieceS ?? 0) * 1000)
  }

  #rulesOf(url: string, mode: PlayMode): PlaylistRules {
    const known = this.#rules.get(`${mode} ${url}`) ?? new PlaylistRules({ isLowLatency: mode === 'parts' })
    this.#rules.set(`${mode} ${url}`, known)
    return known
  }

  /** How far behind the newest media players stay. */
  #behindEdgeMs({ promises }: LivePlaylist): number | null {
    const holdBackS = this.format === 'll-hls' ? promises.partHoldBackS : (promises.holdBackS ?? 3 * promises.targetDurationS)
    return holdBackS === null ? null : holdBackS * 1000
  }

  /** What the API says is in force, against what is served. */
  #policy({ promises }: LivePlaylist): ProbeFault[] {
    const { buffer } = this.#target
    if (buffer === null) return []
    const isParts = this.format === 'll-hls'
    const pairs = [
      ['targetDurationMs', buffer.targetDurationMs, promises.targetDurationS],
      ['partTargetMs', isParts ? buffer.partTargetMs : null, promises.partTargetS],
      ['holdBackMs', isParts ? buffer.holdBackMs : null, promises.partHoldBackS],
      ['plainHoldBackMs', isParts ? buffer.plainHoldBackMs : null, promises.holdBackS],
    ] as const
    for (const [what, wantedMs, foundS] of pairs) {
      const foundMs = foundS === null ? 0 : Math.round(foundS * 1000)
      if (wantedMs !== null && wantedMs !== foundMs) return [{ code: 'policy-differs', figures: { what, wantedMs, foundMs } }]
    }
    return []
  }
}

/** When the newest media in the list ends, by its dates. */
function edgeDateMs({ segments, open }: LivePlaylist): number | null {
  const last = open.parts.length > 0 && open.programDateTimeMs !== null ? open : segments.at(-1)
  if (last === undefined || last.programDateTimeMs === null) return null
  const durationS = last === open ? open.parts.reduce((sum, part) => sum + part.durationS, 0) : last.durationS
  return last.programDateTimeMs + durationS * 1000
}

/** The same number is the same moment on every rendition, behind as many splices. */
function apartOf({ picture, all }: Cast): ProbeFault[] {
  const main = picture.list
  if (main === null) return []
  for (const { list } of all) {
    if (list === null || list === main || list.isEnded || main.isEnded) continue
    const number = Math.min(endNumber(main), endNumber(list)) - 1
    const [a, b] = [placeOf(main, number), placeOf(list, number)]
    if (a === null || b === null) continue
    if (a.splices !== b.splices)
      return [{ code: 'renditions-apart', figures: { segment: number, splices: a.splices, otherSplices: b.splices } }]
    const apartMs = Math.round(Math.abs(a.dateMs - b.dateMs))
    if (apartMs > maxApartMs) return [{ code: 'renditions-apart', figures: { segment: number, apartMs } }]
  }
  return []
}

function placeOf(list: LivePlaylist, number: number): { dateMs: number; splices: number } | null {
  const at = number - list.mediaSequence
  const dateMs = list.segments[at]?.programDateTimeMs ?? null
  if (dateMs === null) return null
  const splices = list.discontinuitySequence + list.segments.slice(0, at + 1).filter(({ hasDiscontinuity }) => hasDiscontinuity).length
  return { dateMs, splices }
}

/** Sound of its own against the picture, in the newest segment that both have begun. */
function avOf({ picture, sound }: Cast): ProbeFault[] {
  if (sound === null) return []
  const number = [...sound.starts.keys()].filter((one) => picture.starts.has(one)).at(-1)
  if (number === undefined) return []
  const starts = new Map([...picture.starts.get(number)!, ...sound.starts.get(number)!])
  return avOffset(starts, number)
}
