import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Clock, Timer } from '@sluice/base/clock'
import { type ConvertJob, ConvertNews } from '@sluice/contract/transcoder'

const convertMain = fileURLToPath(new URL('../../../transcoder/src/convert-main.ts', import.meta.url))
/** A picture of a damaged file may keep a decoder busy for a while, but not for so long. */
const silenceLimitMs = 60_000
/** Ten minutes of video take about as long on a slow machine that has better things to do. */
const jobLimitMs = 40 * 60_000
const maxWords = 2000

/** The last word of a conversion. `crashed`: the child ended, or was ended, without one. */
export type Converted = Exclude<ConvertNews, { type: 'progress' }> | { type: 'crashed'; code: string; message: string }

/** Runs one job in a process of its own. Tests put their own in its place. */
export type Converter = {
  run(job: ConvertJob, onProgress: (share: number) => void): Promise<Converted>
  /** Ends what runs. */
  close(): void
}

/**
 * Starts the conversion child. Files that strangers made are decoded in it: it gets no setting and no secret of this process, is ended
 * when it says nothing for a minute, and whatever becomes of it is the outcome of its job alone.
 */
export function childConverter(clock: Clock, env: Readonly<Record<string, string | undefined>>): Converter {
  const running = new Set<() => void>()
  return {
    run: (job, onProgress) => runChild(clock, env, running, job, onProgress),
    close() {
      for (const kill of running) kill()
    },
  }
}

const passedOn = ['PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'FONTCONFIG_FILE', 'FONTCONFIG_PATH']

function runChild(
  clock: Clock,
  env: Readonly<Record<string, string | undefined>>,
  running: Set<() => void>,
  job: ConvertJob,
  onProgress: (share: number) => void,
): Promise<Converted> {
  const childEnv = Object.fromEntries(passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
  const child = startChild(childEnv)
  if (typeof child === 'string') return Promise.resolve(notStarted(child))
  const { promise, resolve } = Promise.withResolvers<Converted>()
  let last: Converted | null = null
  let words = ''
  const end = (code: string, message: string): void => {
    last ??= { type: 'crashed', code, message }
    child.kill('SIGKILL')
  }
  const hung = (): void => end('CLIP_CONVERT_HUNG', `The conversion said nothing for ${silenceLimitMs / 1000} s and was ended.`)
  let silence: Timer = clock.after(silenceLimitMs, hung)
  const limit = clock.after(jobLimitMs, () =>
    end('CLIP_CONVERT_SLOW', `The conversion took over ${jobLimitMs / 60_000} minutes and was ended.`),
  )
  const kill = (): void => end('CLIP_CONVERT_STOPPED', 'Sluice was stopped during the conversion.')
  running.add(kill)
  createInterface({ input: child.stdout }).on('line', (line) => {
    silence.cancel()
    silence = clock.after(silenceLimitMs, hung)
    const news = readNews(line)
    if (news?.type === 'progress') onProgress(news.share)
    else if (news !== null) last ??= news
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-maxWords)
  })
  child.stdin.on('error', () => {})
  child.stdin.end(`${JSON.stringify(job)}\n`)
  child.once('error', (error) => {
    last ??= notStarted(error.message)
    child.kill('SIGKILL')
  })
  child.once('close', (code, signal) => {
    silence.cancel()
    limit.cancel()
    running.delete(kill)
    const how = signal === null ? `with code ${code}` : `by ${signal}`
    const said = lastLine(words)
    resolve(
      last ?? { type: 'crashed', code: 'CLIP_CONVERT_CRASHED', message: `The conversion ended ${how}${said === '' ? '' : `: ${said}`}.` },
    )
  })
  return promise
}

const notStarted = (why: string): Converted => ({
  type: 'crashed',
  code: 'CLIP_CONVERT_START',
  message: `The conversion could not be started: ${why}.`,
})

/** Out of descriptors or memory Node gives a child without pipes, or throws: both are a child that could not be started. */
function startChild(env: Record<string, string | undefined>): ChildProcessWithoutNullStreams | string {
  try {
    const child = spawn(process.execPath, [convertMain], { env, stdio: ['pipe', 'pipe', 'pipe'] })
    if ([child.stdin, child.stdout, child.stderr].every((stream) => (stream as unknown) !== undefined && stream !== null)) return child
    child.on('error', () => {}) // it comes all the same, and without listener it would end the process
    return 'the system gives no more files'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function readNews(line: string): ConvertNews | null {
  try {
    return ConvertNews.parse(JSON.parse(line))
  } catch {
    // Native code may print to the standard output, too.
    return null
  }
}

const lastLine = (words: string): string => {
  const lines = words.split('\n').map((line) => line.trim())
  const error = lines.find((line) => /^\w*Error\b/.test(line))
  return (error ?? lines.findLast((line) => line !== '') ?? '').slice(0, 200).replace(/[.\s]+$/, '')
}
