import type { ServerResponse } from 'node:http'

const sliceBytes = 128 * 1024

/** Sends `body` in slices, each once the kernel took the one before. `onTaken` counts what was taken, not what was promised. */
export function sendBody(response: ServerResponse, body: Uint8Array, onTaken: (bytes: number) => void): void {
  let at = 0
  const next = (): void => {
    if (response.destroyed) return
    if (at >= body.length) {
      response.end()
      return
    }
    const slice = body.subarray(at, at + sliceBytes)
    at += slice.length
    response.write(slice, (error) => {
      if (error) return
      onTaken(slice.length)
      next()
    })
  }
  next()
}
