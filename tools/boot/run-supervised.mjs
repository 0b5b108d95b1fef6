import { readFileSync } from 'node:fs'
import { runAttached } from './run-attached.mjs'
import { say } from './say.mjs'

const backoff = { firstMs: 500, capMs: 30_000 }
/** One that ran so long ended of something else than the one before. */
const wellMs = 60_000
/** Deaths in a row before it was ever up: then nobody waits for a show yet, and somebody reads what is said. */
const maxFirstDeaths = 3
const lookMs = 1000
const stoppedLooks = 3
const hungMs = 15_000
const spinCpuMs = 5000

/** What a run of control came to: the exit code, and whether it was ever up. */
const isWish = (code) => code === 0 || code === 130

/**
 * Runs control and starts it again when it dies or hangs: engines stay on the air meanwhile, and the next control takes them over. Answers
 * the exit code once it ends by a wish, or cannot start in the first place. `wait` is another in tests.
 */
export async function runSupervised(command, args, { wait = waitFor, ...options } = {}) {
  const stop = stopWish()
  let wasEverReady = false
  let deaths = 0
  for (;;) {
    const startedMs = performance.now()
    const watch = watchControl()
    const code = await runAttached(command, args, { ...options, onChild: watch.take })
    watch.close()
    wasEverReady ||= watch.isReady
    if (isWish(code) || stop.isWished) return stop.end(code)
    if (performance.now() - startedMs > wellMs) deaths = 0
    deaths += 1
    // Its own sentence on why it cannot start stands above.
    if (!wasEverReady && (code === 1 || deaths >= maxFirstDeaths)) {
      if (code !== 1) say(`control ended ${deaths} times before it was up (${exitText(code)}): giving up. Its log stands above.`)
      return stop.end(code)
    }
    const waitMs = Math.min(backoff.capMs, backoff.firstMs * 2 ** (deaths - 1))
    say(`control ended (${watch.reason ?? exitText(code)}). Channels stay on air; it restarts in ${waitMs / 1000} s.`)
    await Promise.race([wait(waitMs), stop.wished])
    if (stop.isWished) {
      say('stopped while control was down: engines still run. Start Sluice again and stop it to end them, or end their processes.')
      return stop.end(130)
    }
  }
}

const exitText = (code) => (code > 128 ? `signal ${code - 128}` : `exit code ${code}`)
const waitFor = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** A signal that comes while no control runs is a wish all the same. */
function stopWish() {
  let resolve
  const promise = new Promise((settle) => {
    resolve = settle
  })
  const wish = { isWished: false, wished: promise, end }
  const onSignal = () => {
    wish.isWished = true
    resolve()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(name, onSignal)
  function end(code) {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) process.off(name, onSignal)
    return code
  }
  return wish
}

/**
 * Hears control each second. One that is stopped, or that uses CPU and says nothing for long, is killed: it is nobody's until then. Time in
 * which we did not run ourselves does not count against it.
 */
function watchControl() {
  const watch = { isReady: false, reason: null, take, close: () => clearInterval(timer) }
  let timer
  let silentMs = 0
  let stopped = 0
  let cpuMs = null
  function take(child) {
    child.on('message', ({ type }) => {
      watch.isReady ||= type === 'ready'
      silentMs = 0
      stopped = 0
      cpuMs = null
    })
    let lookedMs = performance.now()
    timer = setInterval(() => {
      const nowMs = performance.now()
      silentMs += Math.min(nowMs - lookedMs, 2 * lookMs)
      lookedMs = nowMs
      const look = watch.isReady && silentMs > 3 * lookMs ? lookAt(child.pid) : null
      if (look === null) return
      stopped = look.state === 'T' ? stopped + 1 : 0
      cpuMs ??= look.cpuMs
      const spins = silentMs >= hungMs && look.cpuMs - cpuMs >= spinCpuMs
      if (stopped < stoppedLooks && !spins) return
      watch.reason = spins ? `it hung for ${Math.round(silentMs / 1000)} s` : 'its process was stopped'
      child.kill('SIGKILL')
    }, lookMs)
    timer.unref()
  }
  return watch
}

/** State and CPU of a process. Spec: proc_pid_stat(5), fields 3, 14 and 15, in steps of 10 ms */
function lookAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0], cpuMs: (Number(fields[11]) + Number(fields[12])) * 10 }
  } catch {
    return null
  }
}
