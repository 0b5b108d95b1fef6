import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import { silentLogger } from '@sluice/base/log'
import type { ConfinedChild, RecordJob, Sandbox } from '@sluice/base/sandbox'

const maxAnswerChars = 64 * 1024

export type Question = {
  readonly sandbox: Sandbox
  readonly clock: Clock
  readonly name: string
  readonly job: Pick<RecordJob, 'script' | 'limits' | 'devices'>
  /** What it gets on its standard input. */
  readonly input: string
  readonly withinMs: number
}

/** How a child ended that was asked one thing: what it said, and in words how it ended. */
export type Asked = { readonly said: string; readonly ending: string }

/** Asks a confined child one thing and throws it away: it may end, hang or lie. `onEnd` comes once, never after the returned function was called. */
export function askChild({ sandbox, clock, name, job, input, withinMs }: Question, onEnd: (asked: Asked) => void): () => void {
  let kill: (() => void) | null = null
  let isOver = false
  const stop = (): void => {
    isOver = true
    limit.cancel()
    kill?.()
    kill = null
  }
  const end = (asked: Asked): void => {
    if (isOver) return
    stop()
    onEnd(asked)
  }
  const limit = clock.after(withinMs, () => end({ said: '', ending: `it took longer than ${withinMs / 1000} s` }))
  const listen = (confined: ConfinedChild): void => {
    const child = confined.process
    if (isOver) {
      child.kill('SIGKILL')
      return
    }
    kill = () => void child.kill('SIGKILL')
    let said = ''
    const guard = new Guard(name, silentLogger, () => end({ said: '', ending: 'a fault in Sluice ended it' }))
    guard.once(child, 'error', (error: Error) => end({ said: '', ending: error.message }))
    guard.on(child.stdin, 'error', () => {})
    guard.on(child.stderr, 'data', () => {})
    guard.on(child.stdout, 'data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-maxAnswerChars)
    })
    guard.once(child, 'close', (code: number | null, signal: NodeJS.Signals | null) => {
      const how = confined.ending(code, signal)
      end({ said, ending: confined.overLimit ?? (how.signal === null ? `it ended with code ${how.code}` : `it ended by ${how.signal}`) })
    })
    child.stdin.end(input)
    child.unref()
  }
  sandbox.start(job).then(
    (started) => (typeof started === 'string' ? end({ said: '', ending: started }) : listen(started)),
    (error: unknown) => end({ said: '', ending: messageOf(error) }),
  )
  return stop
}

/** The last line that `read` takes for an answer; null: none is. Native code may print, too. */
export function lastAnswer<T>(said: string, read: (answer: unknown) => T | null): T | null {
  for (const line of said.split('\n').toReversed()) {
    try {
      const answer = read(JSON.parse(line))
      if (answer !== null) return answer
    } catch {
      // No JSON: not ours.
    }
  }
  return null
}
