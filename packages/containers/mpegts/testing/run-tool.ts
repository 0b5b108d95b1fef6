import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a tool wrote. */
export type ToolResult = { readonly stdout: Uint8Array; readonly stderr: string }

const maxOutputBytes = 256 * 1024 * 1024
const timeoutMs = 60_000

/** Runs a tool to its end. Throws with what it said when it fails. */
export function runTool(command: string, args: readonly string[]): ToolResult {
  const done = spawnSync(command, args, { maxBuffer: maxOutputBytes, timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] })
  const stderr = done.stderr?.toString() ?? ''
  if (done.status !== 0) throw new Error(`${command} ended with ${done.status ?? done.error?.message}: ${stderr.slice(-2000)}`)
  return { stdout: new Uint8Array(done.stdout), stderr }
}

/** A reason to skip, or false: for tests that need tools which a machine may lack. */
export function missingTool(command: string, versionFlag = '-version'): string | false {
  return spawnSync(command, [versionFlag], { stdio: 'ignore' }).status === 0 ? false : `${command} is not installed`
}

/** Runs `use` with a fresh folder that is removed behind it. */
export function withFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-ts-'))
  try {
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
