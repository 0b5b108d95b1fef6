import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { openFolder, systemFiles } from '@sluice/base/files'
import { type RecordingNews, RecordingTask } from '@sluice/contract/transcoder'
import { finishRecording } from './recording/finish.ts'
import { openMovie } from './recording/movie.ts'

/** Media has the processor first. */
const niceness = 15

/** Resolves once the reader has room again: a film is larger than memory. */
async function write(bytes: Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) await new Promise<void>((resolve) => process.stdout.once('drain', resolve))
}
const say = (news: RecordingNews): Promise<void> => write(new TextEncoder().encode(`${JSON.stringify(news)}\n`))

/** One task a process: the line on the standard input. */
async function main(): Promise<void> {
  setPriority(niceness)
  let line = ''
  for await (const text of createInterface({ input: process.stdin })) {
    line = text
    break
  }
  const task = RecordingTask.parse(JSON.parse(line))
  const folder = openFolder(systemFiles, task.folder)
  if (task.do === 'finish') return say({ type: 'finished', facts: finishRecording(folder) })
  const movie = openMovie(folder, task)
  if (movie === null) return say({ type: 'empty' })
  await say({ type: 'movie', bytes: movie.bytes, durationMs: movie.durationMs })
  for (const piece of movie.read()) await write(piece)
}

await main()
