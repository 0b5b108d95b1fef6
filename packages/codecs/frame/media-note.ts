/**
 * Something of a stream that a reader leaves out, can't use or has put right, for the operator. `subject` is a technical name and
 * never the far end's own words: the same words for the same thing, so that whoever keeps notes can count them. `count`: bodies,
 * frames or units; 1 where absent. The contract has the same words; this floor stands below it.
 */
export type MediaNote = {
  readonly code:
    | 'codec-not-carried'
    | 'form-not-carried'
    | 'track-not-carried'
    | 'data-not-carried'
    | 'container-unknown'
    | 'config-missing'
    | 'config-recovered'
    | 'broken-left-out'
    | 'empty-left-out'
    | 'too-large-left-out'
    | 'pictures-joined'
    | 'order-restored'
    | 'order-unclear'
  readonly media: 'video' | 'audio' | 'data' | 'stream'
  readonly subject: string
  readonly count?: number
}
