/** What can be done about a latency that should be another one. */
export type LatencyOffer = { kind: 'none' } | { kind: 'set'; latencyMs: number } | { kind: 'note'; text: string }

/** Latencies that an input takes. */
const range = { min: 20, max: 8000 } as const

/**
 * SRT takes the larger wish of both ends. So a higher one can be set here; a lower one too, unless the encoder's own is what
 * holds. A latency that is set already waits for the encoder's next connection.
 */
export function latencyOffer(suggestedMs: number | null, agreedMs: number, ownMs: number): LatencyOffer {
  if (suggestedMs === null) return { kind: 'none' }
  const latencyMs = Math.min(range.max, Math.max(range.min, suggestedMs))
  if (ownMs === latencyMs && agreedMs !== ownMs)
    return { kind: 'note', text: `${latencyMs} ms is set and applies from the next connection.` }
  if (latencyMs < agreedMs && ownMs < agreedMs) return { kind: 'note', text: `The encoder asks for ${agreedMs} ms. Lower it there.` }
  return latencyMs === ownMs ? { kind: 'none' } : { kind: 'set', latencyMs }
}
