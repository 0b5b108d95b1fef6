import type { Clock, Timer } from '@sluice/base/clock'
import { ticksPerMs } from '@sluice/codecs/frame'
import { DashView } from '@sluice/media/dash'
import { type BufferPolicy, bufferPolicyOf, HlsView } from '@sluice/media/hls'
import { MediaStore, type StoreEntry, type StorePosition } from '@sluice/media/store'
import type { FedChannel, OnAir } from '@sluice/media/store-link'
import type { FileView } from '@sluice/media/view'
import { Audience, type AudienceRoom } from '../audience/index.ts'

/** A channel as the media port serves it. */
export type ServedChannel = {
  /** The ways to play it, which the port asks in turn. */
  // bound: one a way to play
  readonly views: readonly FileView[]
  readonly onAir: OnAir
  readonly audience: Audience
  readonly previewIdHash: string | null
}

export type ReplicaParts = {
  readonly clock: Clock
  readonly audienceRoom: AudienceRoom
  /** An answer could not be given. */
  readonly onFault: (error: unknown) => void
}

/** An engine that was killed is back within this time, and players play what they have until then. */
const backMs = 5000
/** From then on nobody waits for it: for viewers the programme is over. */
const goneMs = 60_000

/** What players get: the store of the replica, and the views of it. */
type Shown = {
  readonly store: MediaStore
  readonly policy: BufferPolicy
  readonly hls: HlsView
  readonly dash: DashView
  // bound: one a way to play
  readonly views: readonly FileView[]
}
/** What is told anew. It takes the place of what is shown once it is whole, and has media where it has to. */
type Anew = { readonly store: MediaStore; readonly needsMedia: boolean; isWhole: boolean }

/**
 * The store of a channel as its engine has told it, with the views that answer for it. It outlives its engine: the next one goes on where
 * this one stands, behind a splice.
 */
export class ChannelReplica implements ServedChannel {
  readonly channelId: string
  readonly audience: Audience
  readonly #parts: ReplicaParts
  #facts: FedChannel
  #shown: Shown
  #anew: Anew | null
  #isLost = false
  #isAway = false
  #awayTimer: Timer | null = null

  constructor(facts: FedChannel, parts: ReplicaParts) {
    this.channelId = facts.channelId
    this.audience = new Audience(parts.clock, parts.audienceRoom)
    this.#parts = parts
    this.#facts = facts
    this.#shown = this.#show(facts)
    this.#anew = { store: this.#storeOf(facts), needsMedia: false, isWhole: false }
  }

  // bound: one a way to play
  get views(): readonly FileView[] {
    return this.#shown.views
  }
  get onAir(): OnAir {
    return this.#isAway ? 'off' : this.#facts.onAir
  }
  get playIdHash(): string | null {
    return this.#facts.playIdHash
  }
  get previewIdHash(): string | null {
    return this.#facts.previewIdHash
  }
  get position(): StorePosition {
    return this.#shown.store.position
  }
  /** Bytes of media that it holds. */
  get bytes(): number {
    return this.#shown.store.bytes + (this.#anew?.store.bytes ?? 0)
  }

  setMaxBytes(maxBytes: number): void {
    this.#shown.store.setMaxBytes(maxBytes)
  }

  setFacts(facts: FedChannel): void {
    this.#facts = facts
    const { hls, dash } = this.#shown
    hls.setRungs(facts.rungs)
    hls.setSounds(facts.sounds)
    dash.setRungs(facts.rungs)
    dash.setSounds(facts.sounds)
  }

  /** A store begins to be told: the same one anew, or another. Answers where it could go on from, unless it does so already. */
  follow(facts: FedChannel): StorePosition | null {
    this.#beBack()
    const before = this.#facts
    const { position } = this
    const isSame = facts.storeId === before.storeId
    const goesOn = !isSame && facts.epoch === position.epoch && facts.nextNumber > position.number
    const isUsed = position.number >= position.epoch
    const answer = isSame || goesOn || !isUsed || !facts.isUnused ? null : position
    this.#anew = goesOn ? null : { store: this.#storeOf(facts), needsMedia: answer !== null, isWhole: false }
    if (goesOn) this.#breakOff()
    if (!isPolicySame(before, facts)) this.#showOther(facts)
    this.setFacts(facts)
    return answer
  }

  apply(entry: StoreEntry): void {
    const anew = this.#anew
    if (anew === null) {
      if (entry.type !== 'stand') this.#shown.store.apply(entry)
      return
    }
    anew.store.apply(entry)
    if (entry.type === 'stand') anew.isWhole = true
    if (!anew.isWhole || (anew.needsMedia && anew.store.isUnused)) return
    this.#anew = null
    this.#shown.store.become(anew.store)
    if (entry.type === 'publish') this.#shown.store.publish()
  }

  /** The engine is not there any more. What it told can still be played. */
  lose(): void {
    if (this.#isLost) return
    const { clock } = this.#parts
    this.#isLost = true
    this.#anew = null
    this.#awayTimer = clock.after(backMs, () => {
      this.#isAway = true
      this.#awayTimer = clock.after(goneMs - backMs, () => this.#shown.store.end())
    })
  }

  close(): void {
    this.#awayTimer?.cancel()
    this.audience.close()
    this.#end()
  }

  #beBack(): void {
    this.#awayTimer?.cancel()
    this.#awayTimer = null
    this.#isLost = false
    this.#isAway = false
  }

  /** The store that was followed is gone for good. */
  #breakOff(): void {
    const { store, policy } = this.#shown
    store.breakOff(policy.partTargetMs * ticksPerMs)
    store.publish()
  }

  /** Another window or other parts: players begin anew, under numbers that go on. */
  #showOther(facts: FedChannel): void {
    const after = this.#shown.store.position
    this.#end()
    this.#shown = this.#show(facts, after)
  }

  #end(): void {
    const { hls, dash, store } = this.#shown
    hls.close()
    dash.close()
    store.close()
  }

  #show(facts: FedChannel, after?: StorePosition): Shown {
    const policy = bufferPolicyOf(facts)
    const store = this.#storeOf(facts, after)
    const { clock, onFault } = this.#parts
    const parts = { store, clock, policy, rungs: facts.rungs, onFault }
    const hls = new HlsView({ ...parts, onReady: () => {} })
    hls.setSounds(facts.sounds)
    const dash = new DashView(parts)
    dash.setSounds(facts.sounds)
    return { store, policy, hls, dash, views: [dash, hls] }
  }

  #storeOf(facts: FedChannel, after?: StorePosition): MediaStore {
    const { windowSegments, targetDurationS } = bufferPolicyOf(facts)
    const start = { epoch: facts.epoch, number: facts.epoch - 1, splices: 0, endWallMs: 0, renditions: [] }
    return new MediaStore({ clock: this.#parts.clock, maxSegments: windowSegments, targetDurationS, after: after ?? start })
  }
}

const isPolicySame = (a: FedChannel, b: FedChannel): boolean =>
  a.segmentMs === b.segmentMs && a.partMs === b.partMs && a.windowSegments === b.windowSegments
