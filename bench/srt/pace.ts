/** Calls `send` so that `bitrateBps` of payloads of `payloadBytes` leave, in steps of about 2 ms, until `stop` is called. */
export function pace(bitrateBps: number, payloadBytes: number, send: () => void): { stop(): void } {
  const startMs = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - startMs) * bitrateBps) / 8000 / payloadBytes
    // After a pause of the machine a burst is not made up for beyond 50 ms: it would measure the pause.
    sent = Math.max(sent, Math.floor(due - (bitrateBps * 0.05) / 8 / payloadBytes))
    for (; sent < due; sent++) send()
  }, 2)
  return { stop: () => clearInterval(timer) }
}
