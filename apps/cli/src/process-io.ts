import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Io } from './io.ts'

/** The world of a real process. */
export function processIo(signal: AbortSignal): Io {
  return {
    env: process.env,
    stdinIsTty: process.stdin.isTTY === true,
    stdoutIsTty: process.stdout.isTTY === true,
    signal,
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    readStdin,
    ask: (question, isHidden) => ask(question, isHidden, signal),
  }
}

async function readStdin(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk
  return text
}

async function ask(question: string, isHidden: boolean, signal: AbortSignal): Promise<string> {
  // readline echoes what is typed to its output: for a secret that output goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: process.stdin, output: isHidden ? nowhere : process.stderr, terminal: isHidden })
  // Only now, when nothing that is typed is echoed any more.
  process.stderr.write(question)
  try {
    return await reader.question('', { signal })
  } finally {
    reader.close()
    if (isHidden) process.stderr.write('\n')
  }
}
