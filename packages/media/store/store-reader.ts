import type { StoreEntry } from './entry.ts'

/** A view of the store: playlists, a manifest, a recording. Called inside the programme's turn, so it may not wait. */
export interface StoreReader {
  /** Something new can be shown. Once for all that happened in one turn. */
  onChange(): void
  /** The store is empty. */
  onCleared?(): void
  /** Something was changed, before it is shown. It must not throw. */
  onEntry?(entry: StoreEntry): void
}

/** Tells all readers. One that throws keeps nothing from the others: the first error goes to the caller. */
export function tellAll(readers: Iterable<StoreReader>, tell: (reader: StoreReader) => void): void {
  const errors: unknown[] = []
  for (const reader of readers) {
    try {
      tell(reader)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
