/** Bytes that never change, one after another: those of the store itself where it is media. */
export type ViewFile = {
  readonly contentType: string
  readonly body: readonly Uint8Array[]
  /** The same, compressed: of playlists. */
  readonly gzip: Uint8Array | null
  /** Its name never gets other bytes. */
  readonly isFixed: boolean
  /** For so many seconds a cache may give it out; null: it is of one viewer. */
  readonly maxAgeS: number | null
}

/** A file that is sent while it is made. `body` takes more until `state` says that it is whole, or that its end will never come. */
export type GrowingFile = {
  readonly contentType: string
  readonly body: readonly Uint8Array[]
  readonly state: 'grows' | 'whole' | 'broken'
  /** `onMore` is called whenever `body` or `state` has changed. Answers the end of it. */
  follow(onMore: () => void): () => void
}

/** `bad`: the request can never be answered. `missing`: there is no such file. `late`: what was waited for did not come. */
export type WholeAnswer = ViewFile | 'bad' | 'missing' | 'late'
export type ViewAnswer = WholeAnswer | GrowingFile

/** `prefix` stands before the names of files in media playlists, `media` before those of playlists in an entry: both relative to what was asked for. */
export type ViewAddresses = { readonly media: string; readonly prefix: string }

/** One way to play a channel: HLS, DASH. It reads the store and answers requests for its files; a channel has a list of them. */
export interface FileView {
  /** Whether a file of that name is this view's to answer: the first view of the list that says so is asked, and no other. */
  serves(name: string): boolean
  /**
   * Whether a player asks for it again and again while the channel plays: whoever asks is a viewer. `isInPlayback`: it was asked for under the
   * name of one playback.
   */
  isReload(name: string, isInPlayback: boolean): boolean
  /** Asks for a file. It is answered at once, or once it is there. Answers the end of the wait, for a client that went; null: it was answered. */
  ask(name: string, query: URLSearchParams, addresses: ViewAddresses, answer: (answer: ViewAnswer) => void): (() => void) | null
  /** Whether the store still holds the file of that name: else only slow readers keep its bytes. */
  has(name: string): boolean
}
