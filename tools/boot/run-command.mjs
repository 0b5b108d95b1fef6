import { spawn } from 'node:child_process'
import { rootDir } from './places.mjs'

/**
 * Runs a command to its end without stdin. Answers `{code, output}`: both streams in one text, shown as they come when `show`
 * is set. A command that can't be started answers code 127, one ended by a signal 128.
 */
export function runCommand(command, args, { show = false, cwd = rootDir, env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const collect = (chunk) => {
      output += chunk
      if (show) process.stderr.write(chunk)
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }))
    child.on('close', (code) => resolve({ code: code ?? 128, output }))
  })
}
