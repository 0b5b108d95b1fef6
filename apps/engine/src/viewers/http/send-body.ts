import type { ServerResponse } from 'node:http'

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
