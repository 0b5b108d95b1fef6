/** All that a command knows of the world around it, so that tests run commands in their own process. */
export type Io = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdinIsTty: boolean
  readonly stdoutIsTty: boolean
  /** Aborted on Ctrl-C: a command that waits ends in good order. */
  readonly signal: AbortSignal
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  /** Everything on stdin, to its end. */
  readonly readStdin: () => Promise<string>
  /** One line from the terminal; not echoed when `isHidden`. */
  readonly ask: (question: string, isHidden: boolean) => Promise<string>
}
