import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { ProcessLook } from './process-look.ts'

const Noted = z.object({ pid: z.number().int().positive(), startTicks: z.number() })

/** Notes which process is the engine, so that a later control can tell a hung one from a stranger. Nothing depends on it: a full disk is no reason not to start. */
export function notePid(path: string, pid: number, look: ProcessLook | null): void {
  if (look === null) return
  try {
    writeFileSync(`${path}.new`, JSON.stringify({ pid, startTicks: look.startTicks } satisfies z.infer<typeof Noted>), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  } catch {
    // The next start of this engine notes it again.
  }
}

/** The noted process if it is still that one: ids are used again. */
export function readNotedPid(path: string, look: (pid: number) => ProcessLook | null): number | null {
  try {
    const { pid, startTicks } = Noted.parse(JSON.parse(readFileSync(path, 'utf8')))
    return look(pid)?.startTicks === startTicks ? pid : null
  } catch {
    return null
  }
}
