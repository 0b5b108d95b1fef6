/** Who has to act: the far end, the person who runs Sluice, something Sluice depends on, or Sluice's authors. It fixes log level and triage step. */
export type Blame = 'peer' | 'operator' | 'dependency' | 'sluice'

/** Stable and upper-case, `AREA_WHAT`: logs, API replies and `docs/errors.md` read alike. */
export type ErrorCode = `${string}_${string}`

/** Every error that Sluice throws on purpose. `message` gives found and expected, never a key or a URL with user info. */
export class SluiceError extends Error {
  readonly code: ErrorCode
  readonly blame: Blame

  constructor(code: ErrorCode, blame: Blame, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.blame = blame
  }
}
