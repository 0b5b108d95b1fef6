import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { showLog } from './log-lines.mjs'
import { SetupError } from './say.mjs'

/** A terminal sends Ctrl-C to npm and to us, and npm passes it on: what comes within this time is the same wish. */
const sameWishMs = 300

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

/**
 * Runs a program in our place: the same terminal, signals passed on once, and its exit code as the answer (128 + n when signal n
 * ended it). It has a process group of its own, so that Ctrl-C reaches it through us alone; should we be killed, it gets SIGTERM.
 * `onChild` is handed the child, with a channel for its messages. With `showsLog` its JSON log on stderr is put into words where that is a terminal.
 */
export function runAttached(command, args, { env = process.env, cwd, showsLog = false, onChild } = {}) {
  return new Promise((resolve, reject) => {
    const [program, ...rest] = [...endWithParent(), command, ...args]
    const readsLog = showsLog && process.stderr.isTTY
    const own = ['inherit', 'inherit', readsLog ? 'pipe' : 'inherit']
    // A channel on which the child may say that it is up and well.
    const stdio = onChild === undefined ? own : [...own, 'ipc']
    const child = spawn(program, rest, { stdio, detached: true, env, cwd })
    onChild?.(child)
    if (readsLog) showLog(child.stderr, process.stderr)
    const release = passSignals(child)
    child.on('error', (error) => {
      release()
      reject(new SetupError(`${command} can't be started: ${error.message}`))
    })
    // Not 'exit': the last lines of the log may still be on their way.
    child.on('close', (code, signal) => {
      release()
      resolve(code ?? 128 + (signalNumbers[signal] ?? 0))
    })
  })
}

/** util-linux, part of every Debian: the kernel sends the signal when this process is gone, however it went. */
function endWithParent() {
  try {
    accessSync('/usr/bin/setpriv', constants.X_OK)
    return ['/usr/bin/setpriv', '--pdeathsig', 'TERM', '--']
  } catch {
    return []
  }
}

function passSignals(child) {
  let lastMs = -Infinity
  const handlers = Object.entries({ SIGINT: 'SIGINT', SIGTERM: 'SIGTERM', SIGHUP: 'SIGTERM', SIGUSR2: 'SIGUSR2' }).map(
    ([received, passed]) => {
      const handler = () => {
        const nowMs = performance.now()
        if (nowMs - lastMs > sameWishMs) child.kill(passed)
        lastMs = nowMs
      }
      process.on(received, handler)
      return [received, handler]
    },
  )
  return () => {
    for (const [received, handler] of handlers) process.off(received, handler)
  }
}
