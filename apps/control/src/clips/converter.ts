import { closeSync, openSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Clock, Timer } from '@sluice/base/clock'
import type { ConfinedChild, Sandbox } from '@sluice/base/sandbox'
import { type ConvertJob, ConvertNews, ConvertTask, jobKind, jobLimits } from '@sluice/contract/transcoder'

const convertMain = fileURLToPath(new URL('../../../transcoder/src/convert-main.ts', import.meta.url))
/** A picture of a damaged file may keep a decoder busy for a while, but not for so long. */
const silenceLimitMs = 60_000
/** Media has the processor first. */
const niceness = 15
const maxWords = 2000
/** News are some hundred bytes; a child that sends more without a line break speaks no news. */
const maxLineCharacters = 64 * 1024

/** The last word of a conversion. `crashed`: the child ended, or was ended, without one. */
export type Converted = Exclude<ConvertNews, { type: 'progress' }> | { type: 'crashed'; code: string; message: string }

/** Runs one job in a process of its own. Tests put their own in its place. */
export type Converter = {
  run(job: ConvertJob, onProgress: (share: number) => void): Promise<Converted>
  /** Ends what runs. */
  close(): void
}

/**
 * Starts the conversion child behind the sandbox. Files that strangers made are decoded in it: it gets open files and no path, no setting and no
 * secret of this process, is ended when it says nothing for a minute or takes too much, and whatever becomes of it is the outcome of its job alone.
 */
export function childConverter(clock: Clock, sandbox: Sandbox): Converter {
  const running = new Set<() => void>()
  let isClosed = false
  return {
    async run(job, onProgress) {
      const part = `${job.target}.part`
      const files = openFiles(job, part)
      if (!Array.isArray(files)) return files
      const { rssBytes, dataBytes, cpuSeconds, fileBytes } = jobLimits[jobKind(job)]
      const limits = { rssBytes, dataBytes, cpuSeconds, fileBytes, cores: null, niceness }
      const child = await sandbox.start({ script: convertMain, files, limits })
      for (const file of files) closeSync(file)
      if (typeof child !== 'string' && isClosed) child.process.kill('SIGKILL')
      const done = typeof child === 'string' ? notStarted(child) : await follow(clock, running, job, child, onProgress)
      return keep(job, part, done)
    },
    close() {
      isClosed = true
      for (const kill of running) kill()
    },
  }
}

/** The target first, then the source for each of its readers, as `convertFiles` has them. */
function openFiles(job: ConvertJob, part: string): number[] | Converted {
  const source = 'file' in job ? job.file : job.do === 'slate' && job.from.type === 'loop' ? job.from.file : null
  const files: number[] = []
  try {
    if (source !== null) for (let reader = 0; reader < 3; reader++) files.push(openSync(source, 'r'))
    return [openSync(part, 'w', 0o600), ...files]
  } catch (error) {
    for (const file of files) closeSync(file)
    return notStarted(error instanceof Error ? error.message.replace(/^\w+: ([^,]*),.*$/, '$1') : String(error))
  }
}

/** A finished file gets its name; of any other nothing stays. */
async function keep(job: ConvertJob, part: string, done: Converted): Promise<Converted> {
  try {
    if (done.type !== 'done') return done
    const file = await open(part, 'r+')
    const { size } = await file.stat()
    await file.sync().finally(() => file.close())
    await rename(part, job.target)
    return { ...done, facts: { ...done.facts, bytes: size } }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return { type: 'refused', code: 'CLIP_DISK_FULL', message: 'The disk of the data directory is full.' }
    return { type: 'crashed', code: 'CLIP_CONVERT_KEEP', message: `The converted file could not be saved: ${code ?? String(error)}.` }
  } finally {
    await rm(part, { force: true }).catch(() => {})
  }
}

function follow(
  clock: Clock,
  running: Set<() => void>,
  job: ConvertJob,
  confined: ConfinedChild,
  onProgress: (share: number) => void,
): Promise<Converted> {
  const { process: child } = confined
  const { seconds } = jobLimits[jobKind(job)]
  const { promise, resolve } = Promise.withResolvers<Converted>()
  let last: Converted | null = null
  let words = ''
  let said = ''
  const end = (code: string, message: string): void => {
    last ??= { type: 'crashed', code, message }
    child.kill('SIGKILL')
  }
  const hung = (): void => end('CLIP_CONVERT_HUNG', `The conversion stopped responding for ${silenceLimitMs / 1000} s and was ended.`)
  let silence: Timer = clock.after(silenceLimitMs, hung)
  const limit = clock.after(seconds * 1000, () =>
    end('CLIP_CONVERT_SLOW', `The conversion took over ${Math.round(seconds / 60)} minutes and was ended.`),
  )
  const kill = (): void => end('CLIP_CONVERT_STOPPED', 'Sluice was stopped during the conversion.')
  running.add(kill)
  const receive = (line: string): void => {
    silence.cancel()
    silence = clock.after(silenceLimitMs, hung)
    const news = readNews(line)
    if (news?.type === 'progress') onProgress(news.share)
    else if (news !== null) last ??= news
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (said + text).split('\n')
    said = lines.pop() ?? ''
    for (const line of lines) receive(line)
    if (said.length > maxLineCharacters) end('CLIP_CONVERT_CRASHED', 'The conversion sent an unreadable message and was ended.')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-maxWords)
  })
  child.stdin.on('error', () => {})
  // The schema leaves out what the child is not to know: the names of the files.
  child.stdin.end(`${JSON.stringify(ConvertTask.parse(job))}\n`)
  child.once('error', (error) => {
    last ??= notStarted(error.message)
    child.kill('SIGKILL')
  })
  child.once('close', (code, signal) => {
    silence.cancel()
    limit.cancel()
    running.delete(kill)
    const ending = confined.ending(code, signal)
    resolve(last ?? crashed(ending, confined.overLimit, words))
  })
  return promise
}

function crashed({ code, signal }: ReturnType<ConfinedChild['ending']>, overLimit: string | null, words: string): Converted {
  if (overLimit !== null)
    return {
      type: 'crashed',
      code: 'CLIP_CONVERT_LIMIT',
      message: `The conversion was ended: ${overLimit}. Export the file in a smaller size, as H.264.`,
    }
  const how = signal === null ? `with code ${code}` : `by ${signal}`
  const said = lastLine(words)
  return { type: 'crashed', code: 'CLIP_CONVERT_CRASHED', message: `The conversion ended ${how}${said === '' ? '' : `: ${said}`}.` }
}

const notStarted = (why: string): Converted => ({
  type: 'crashed',
  code: 'CLIP_CONVERT_START',
  message: `The conversion could not be started: ${why}.`,
})

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
