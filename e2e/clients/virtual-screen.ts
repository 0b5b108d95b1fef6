import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** An X server without a screen. */
export type VirtualScreen = { readonly display: string; close(): Promise<void> }

/** Starts Xvfb on a display that it chooses itself. */
export async function openVirtualScreen(): Promise<VirtualScreen> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x720x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'close')
  const number = child.stdio[3]
  const display = await Promise.race([
    once(number as NodeJS.ReadableStream, 'data').then(([text]) => String(text).trim()),
    ended.then(([code]) => Promise.reject(new Error(`Xvfb ended with ${code}`))),
  ])
  return {
    display: `:${display}`,
    async close() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
