/** The folder of one recording, as whoever has a file system lends it. Calls are synchronous and throw what the system says. */
export interface RecordingDisk {
  names(): readonly string[]
  /** Bytes of a file; null: it is not there. */
  size(name: string): number | null
  /** So many bytes from `at`; fewer at the end of the file. */
  read(name: string, at: number, bytes: number): Uint8Array
  truncate(name: string, bytes: number): void
  /** The file has this content, or the one before: never half of it. */
  replace(name: string, content: Uint8Array): void
  remove(name: string): void
  /** Spec: RFC 1952 §8 */
  crc32(bytes: Uint8Array, before?: number): number
}
