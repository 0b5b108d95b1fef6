/** What the room tells of an input's media; the codes are those of an input's notices. */
export type NormaliseNote = {
  readonly code:
    | 'pictures-joined'
    | 'order-restored'
    | 'order-unclear'
    | 'config-recovered'
    | 'config-missing'
    | 'key-frame-missing'
    | 'form-not-carried'
    | 'broken-left-out'
  readonly media: 'video' | 'audio'
  /** A technical name, never the far end's own words. */
  readonly subject: string
  readonly count?: number
}

/** Told of what was changed or left out; called for each occurrence. */
export type OnNote = (note: NormaliseNote) => void
