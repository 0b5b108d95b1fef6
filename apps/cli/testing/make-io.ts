import type { Io } from '../src/io.ts'

/** A world that keeps what is written, and answers questions in order. */
export type FakeIo = Io & { readonly out: string[]; readonly errors: string[]; readonly questions: string[] }

export function makeIo(
  options: { env?: Record<string, string>; stdin?: string; answers?: string[]; isTty?: boolean; signal?: AbortSignal } = {},
): FakeIo {
  const out: string[] = []
  const errors: string[] = []
  const questions: string[] = []
  const answers = [...(options.answers ?? [])]
  return {
    out,
    errors,
    questions,
    env: { HOME: '/nonexistent', ...options.env },
    stdinIsTty: options.answers !== undefined,
    stdoutIsTty: options.isTty ?? false,
    signal: options.signal ?? new AbortController().signal,
    write: (text) => out.push(text),
    writeError: (text) => errors.push(text),
    readStdin: async () => options.stdin ?? '',
    ask: async (question) => {
      questions.push(question)
      return answers.shift() ?? ''
    },
  }
}
