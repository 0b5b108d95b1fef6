/** What a platform answered for an output that asks for Enhanced Broadcasting: it outlives a restart, as the session does that it is for. */
export type EnhancedGrantTable = {
  output_id: string
  /** The broadcast and what of the output's row makes another session. */
  session: string
  /** The answer or the refusal as JSON: it may hold a key of the platform's. */
  answer_sealed: string
  at_ms: number
}
