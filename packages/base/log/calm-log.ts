import { addressGroup } from '../address/index.ts'
import type { Clock, Timer } from '../clock/index.ts'
import { boundValue } from './bound-value.ts'
import { cleanText } from './clean-text.ts'
import type { LogFields, Logger } from './logger.ts'

/** Of one line. A stack is longer, and is ours. */
const bounds = { maxChars: 300, maxItems: 32, maxDepth: 5 } as const
const maxMessageChars = 1_000
/** A line like one of the last so many milliseconds is counted, and told once at their end. */
const windowMs = 10_000
/** Lines of so many kinds are told apart at once; what is beyond is counted by its sentence alone. */
const maxKinds = 500
/** Lines a second of each level, and at once: the disk takes no more of them, whoever brings us to write. */
const budget = { perSecond: 100, burst: 1_000 } as const
/** What tells like lines apart, beside the sentence. */
const telling = ['listener', 'engine', 'channelId', 'inputId', 'outputId', 'host', 'code', 'reason', 'pid'] as const
const keyChars = 120

/** From the most to the least that is written. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
type Level = (typeof logLevels)[number]
/** `writer`: with the fields of the child that said it. */
type Kind = { count: number; level: Level; writer: Logger; message: string; fields: LogFields; untilMs: number }

/**
 * A log that no peer can fill: every text in it is cut and clean, a sentence that comes again from the same address is counted and told
 * once in 10 s, and each level has a bound of lines a second. One for the process; `inner` writes. What is below `lowest` costs nothing and
 * is not missed.
 */
export function calmLog(inner: Logger, clock: Clock, lowest: Level = 'debug'): Logger {
  return bind(inner, new Desk(inner, clock), logLevels.indexOf(lowest), {})
}

const none = (): void => {}

/** `own`: the fields that `inner` adds to every line: they tell like lines apart as well. */
function bind(inner: Logger, desk: Desk, lowest: number, own: LogFields): Logger {
  const at = (level: Level): Logger['info'] =>
    logLevels.indexOf(level) < lowest ? none : (fields, message) => desk.write(inner, level, { own, fields }, message)
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => bind(inner.child(boundFields(fields)), desk, lowest, { ...own, ...boundFields(fields) }),
  }
}

const boundFields = (fields: LogFields): LogFields => boundValue(fields, bounds) as LogFields

/** What all children of one log share. */
class Desk {
  readonly #clock: Clock
  readonly #root: Logger
  // bound: twice `maxKinds`, what is over it is written without a count
  readonly #kinds = new Map<string, Kind>()
  readonly #tokens: Record<Level, number> = { debug: budget.burst, info: budget.burst, warn: budget.burst, error: budget.burst }
  #filledAtMs: number
  #leftOut = 0
  #timer: Timer | null = null

  constructor(root: Logger, clock: Clock) {
    this.#root = root
    this.#clock = clock
    this.#filledAtMs = clock.nowMs()
  }

  write(writer: Logger, level: Level, { own, fields }: { own: LogFields; fields: LogFields }, message: string): void {
    // A trace of everything is what debug is asked for: it has its budget, and no line of it is like another.
    if (level !== 'debug' && this.#isRepeat({ level, writer, message, fields }, { ...own, ...fields })) return
    this.#write(writer, level, fields, message)
  }

  #isRepeat(line: Omit<Kind, 'count' | 'untilMs'>, all: LogFields): boolean {
    const { level, message, fields, writer } = line
    const whole = kindOf(level, all, message)
    const key = this.#kinds.has(whole) || this.#kinds.size < maxKinds ? whole : `${level} ${message.slice(0, keyChars)}`
    const known = this.#kinds.get(key)
    const nowMs = this.#clock.nowMs()
    if (known !== undefined && nowMs < known.untilMs) {
      known.count++
      known.fields = fields
      known.writer = writer
      return true
    }
    if (known !== undefined && known.count > 0) this.#tell(known)
    if (known !== undefined || this.#kinds.size < 2 * maxKinds) this.#kinds.set(key, { ...line, count: 0, untilMs: nowMs + windowMs })
    this.#timer ??= this.#clock.after(windowMs, () => this.#sweep())
    return false
  }

  #sweep(): void {
    this.#timer = null
    const nowMs = this.#clock.nowMs()
    for (const [key, kind] of this.#kinds) {
      if (nowMs < kind.untilMs) continue
      if (kind.count === 0) this.#kinds.delete(key)
      else {
        this.#tell(kind)
        kind.untilMs = nowMs + windowMs
      }
    }
    if (this.#leftOut > 0 && this.#mayWrite('warn')) {
      this.#root.warn({ lines: this.#leftOut }, 'log lines were dropped: too many at once')
      this.#leftOut = 0
    }
    if (this.#kinds.size > 0 || this.#leftOut > 0) this.#timer = this.#clock.after(windowMs, () => this.#sweep())
  }

  #tell(kind: Kind): void {
    const { level, writer, message, fields, count } = kind
    kind.count = 0
    this.#write(writer, level, { ...fields, times: count }, `${message} (${count} more since the last such line)`)
  }

  #write(inner: Logger, level: Level, fields: LogFields, message: string): void {
    if (!this.#mayWrite(level)) {
      this.#leftOut++
      this.#timer ??= this.#clock.after(windowMs, () => this.#sweep())
      return
    }
    inner[level](boundFields(fields), cleanText(message, maxMessageChars))
  }

  #mayWrite(level: Level): boolean {
    const nowMs = this.#clock.nowMs()
    const fresh = (Math.max(0, nowMs - this.#filledAtMs) * budget.perSecond) / 1000
    this.#filledAtMs = nowMs
    for (const one of logLevels) this.#tokens[one] = Math.min(budget.burst, this.#tokens[one] + fresh)
    if (this.#tokens[level] < 1) return false
    this.#tokens[level]--
    return true
  }
}

function kindOf(level: Level, fields: LogFields, message: string): string {
  const { remoteAddress, err, error } = fields
  const parts = [level, message.slice(0, keyChars)]
  if (typeof remoteAddress === 'string') parts.push(addressGroup(remoteAddress.slice(0, keyChars)))
  for (const name of telling) if (fields[name] !== undefined) parts.push(String(fields[name]).slice(0, keyChars))
  const fault = err ?? error
  if (fault !== undefined) parts.push(String(fault instanceof Error ? fault.message : fault).slice(0, keyChars))
  return parts.join(' | ')
}
