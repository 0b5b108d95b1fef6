import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { SluiceError } from '@sluice/base/errors'
import { RecordingNews, type RecordingTask } from '@sluice/contract/transcoder'

const recordingMain = fileURLToPath(new URL('../../../transcoder/src/recording-main.ts', import.meta.url))
const maxLineBytes = 16 * 1024 * 1024
const maxWords = 2000

export type RecordingChild = { readonly news: RecordingNews; readonly body: Readable; end(): void }

/**
 * Starts the child that reads a recording. Resolves with its first line; what follows that is the film. It reads our own files and decodes nothing,
 * so it needs no sandbox: it is a process of its own so that hours of media are not read in the turn of the API.
 */
export async function openRecordingChild(task: RecordingTask): Promise<RecordingChild> {
  const child = spawn(process.execPath, [recordingMain], { stdio: ['pipe', 'pipe', 'pipe'], env: {} })
  const end = (): void => {
    child.kill('SIGKILL')
    child.stdout.destroy()
  }
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-maxWords)
  })
  child.stdin.on('error', () => {})
  child.stdin.end(`${JSON.stringify(task)}\n`)
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) => reject(unreadable(error.message)))
    child.once('close', (code) => reject(unreadable(lastWords(words) || `the reader ended with code ${code}`)))
  })
  ended.catch(() => {})
  // A film that breaks off must not look whole.
  child.once('close', (code) => code !== 0 && child.stdout.destroy(unreadable(lastWords(words))))
  try {
    const line = await Promise.race([readLine(child.stdout), ended])
    return { news: RecordingNews.parse(JSON.parse(line)), body: child.stdout, end }
  } catch (error) {
    end()
    throw error
  }
}

const unreadable = (why: string): SluiceError =>
  new SluiceError('RECORDING_UNREADABLE', 'dependency', `The recording cannot be read: ${why}`)

/** The first line, and nothing behind it. */
async function readLine(stream: Readable): Promise<string> {
  const pieces: Buffer[] = []
  for (let bytes = 0; bytes < maxLineBytes; ) {
    const chunk = stream.read() as Buffer | null
    if (chunk === null) {
      if (stream.readableEnded) break
      await new Promise<void>((resolve) => {
        stream.once('readable', resolve)
        stream.once('end', resolve)
        stream.once('close', resolve)
      })
      continue
    }
    const at = chunk.indexOf(10)
    pieces.push(at === -1 ? chunk : chunk.subarray(0, at))
    bytes += chunk.length
    if (at === -1) continue
    if (at + 1 < chunk.length) stream.unshift(chunk.subarray(at + 1))
    return Buffer.concat(pieces).toString('utf8')
  }
  throw unreadable('the reader said nothing')
}

const lastWords = (words: string): string => {
  const lines = words.split('\n').map((line) => line.trim())
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.findLast((line) => line !== '') ?? '').slice(0, 200)
}
