import type { ServerResponse } from 'node:http'
import type { GrowingFile } from '@sluice/media/view'

const sliceBytes = 128 * 1024

/** Sends the buffers of `body` in slices, each once the kernel took the one before. `onTaken` counts what was taken, not what was promised. */
export function sendBody(response: ServerResponse, body: readonly Uint8Array[], onTaken: (bytes: number) => void): void {
  let index = 0
  let at = 0
  const next = (): void => {
    if (response.destroyed) return
    const bytes = body[index]
    if (bytes === undefined) {
      response.end()
      return
    }
    const slice = bytes.subarray(at, at + sliceBytes)
    at += slice.length
    if (at >= bytes.length) {
      index++
      at = 0
    }
    response.write(slice, (error) => {
      if (error) return
      onTaken(slice.length)
      next()
    })
  }
  next()
}

/**
 * Sends a file that grows, a write a part: a player that reads part by part has each as soon as it is made. What is slower than the media gets the
 * next part once the kernel took the one before. A file that will never be whole ends its connection, so that no cache takes it for one. Answers the end of it, for
 * a viewer that went.
 */
export function sendParts(response: ServerResponse, file: GrowingFile, onTaken: (bytes: number) => void): () => void {
  let index = 0
  let isWriting = false
  const next = (): void => {
    if (isWriting || response.destroyed || response.writableEnded) return
    const part = file.body[index]
    if (part === undefined) {
      if (file.state === 'whole') response.end()
      else if (file.state === 'broken') response.destroy()
      return
    }
    index++
    isWriting = true
    response.write(part, (error) => {
      isWriting = false
      if (error) return
      onTaken(part.length)
      next()
    })
  }
  response.flushHeaders()
  next()
  return file.follow(next)
}
