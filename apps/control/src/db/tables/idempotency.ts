/**
 * Indexes:
 * - primary key `id`: the answer to a repeated request
 * - `idempotency_by_created_at_ms`: the answers that are past their time
 */
export type IdempotencyTable = {
  id: string
  request_hash: string
  state: 'running' | 'done'
  status: number | null
  answer_sealed: string | null
  created_at_ms: number
}
