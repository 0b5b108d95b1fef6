const framesPerS = 30

/** Calls `write` 30 times a second with what has fallen due since, whole payloads in one piece, as the fan-out writes a frame; until `stop` is called. */
export function feedFrames(bitrateBps: number, payloadBytes: number, write: (frame: Uint8Array) => void): { stop(): void } {
  const payloadsPerMs = bitrateBps / 8000 / payloadBytes
  // After a pause of the machine a burst is not made up for beyond three frames: it would measure the pause.
  const source = new Uint8Array(Math.ceil((3000 / framesPerS) * payloadsPerMs) * payloadBytes).fill(0x47)
  const startMs = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - startMs) * payloadsPerMs)
    write(source.subarray(0, Math.min(source.length, (due - sent) * payloadBytes)))
    sent = due
  }, 1000 / framesPerS)
  return { stop: () => clearInterval(timer) }
}
