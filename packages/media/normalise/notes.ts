import type { MediaNote } from '@sluice/codecs/frame'

/** Told of what was changed or left out; called for each occurrence. */
export type OnNote = (note: MediaNote) => void
