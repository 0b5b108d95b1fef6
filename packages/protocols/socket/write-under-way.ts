import type { Socket } from 'node:net'

/**
 * Bytes of the write under way that the kernel has not taken yet. A stream counts a write as queued until all of it is taken, which for
 * megabytes over a thin line takes seconds in which nothing seems to move; libuv's own figure, which Node's socket timeout goes by too,
 * falls with each piece. 0 where there is none.
 */
export const writeUnderWayBytes = (socket: Socket): number =>
  (socket as Socket & { readonly _handle?: { readonly writeQueueSize?: number } | null })._handle?.writeQueueSize ?? 0
