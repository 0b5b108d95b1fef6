/** What a command ends with. Scripts may rely on them. */
export const exitCodes = { ok: 0, failure: 1, usage: 2 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** A command can't do what was asked: one sentence, and the next step where there is one. */
export class CliError extends Error {
  readonly exitCode: ExitCode
  readonly hint: string | null

  constructor(message: string, options: { hint?: string; exitCode?: ExitCode } = {}) {
    super(message)
    this.name = 'CliError'
    this.exitCode = options.exitCode ?? exitCodes.failure
    this.hint = options.hint ?? null
  }
}

/** The command line itself is wrong. */
export const usageError = (message: string, hint?: string): CliError =>
  new CliError(message, { exitCode: exitCodes.usage, ...(hint === undefined ? {} : { hint }) })
