import { parentPort } from 'node:worker_threads'
import { systemFiles } from '@sluice/base/files'
import type { ToWriter } from './messages.ts'
import { WriterThread } from './writer-thread.ts'

/** Without media nothing else brings the last of it to the disk. */
const lookMs = 500

if (parentPort !== null) {
  const port = parentPort
  const thread = new WriterThread({ files: systemFiles, nowMs: () => performance.now(), send: (message) => port.postMessage(message) })
  port.on('message', (message: ToWriter) => thread.receive(message))
  setInterval(() => thread.look(), lookMs)
}
