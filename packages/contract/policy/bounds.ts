/** What no workspace may leave, whatever reason it gives: beyond these an engine does not do what the value says. Milliseconds and kbit/s. */
export const policyBounds = {
  maxVideoKbps: { min: 100, max: 100_000 },
  targetVideoKbps: { min: 100, max: 100_000 },
  gopMs: { min: 250, max: 10_000 },
  triggerMs: { min: 300, max: 10_000 },
  holdMs: { min: 1000, max: 600_000 },
  retryBaseMs: { min: 100, max: 60_000 },
  retryCapMs: { min: 100, max: 3_600_000 },
  maxAttempts: { min: 1, max: 10_000 },
  windowMs: { min: 10_000, max: 86_400_000 },
  failures: { min: 1, max: 1000 },
  queueMs: { min: 250, max: 60_000 },
  keepSessionMs: { min: 0, max: 3_600_000 },
} as const satisfies Record<string, { min: number; max: number }>
