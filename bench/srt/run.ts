import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { engineNodeFlags } from '@sluice/contract/settings'
import { ask, end, messageOf, sleep, startProgram, startScript } from '../support/children.ts'
import { cpuMsOf } from '../support/cpu-time.ts'
import { feedFrames } from './frames.ts'
import type { ReceiverReport } from './receiver.ts'

/** `cpuPercent` of one core; `perMbps` that over the bitrate. Loss and drops of the receiver, where it is ours. */
type Row = {
  side: 'receive' | 'send'
  program: string
  load: string
  mbps: number
  cpuPercent: number
  perMbps: number
  /** Percent of the bitrate that our receiver got in the window. */
  delivered: number | null
  lost: number | null
  dropped: number | null
}

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    rates: { type: 'string', default: '6,50' },
    streams: { type: 'string', default: '40' },
    only: { type: 'string', default: 'receive,send,many' },
    loads: { type: 'string', default: 'clear,aes' },
    warmup: { type: 'string', default: '20' },
  },
})
const windowMs = Number(flags.seconds) * 1000
/** Until the code that runs 30 times a second is compiled: a show runs for hours, and the compiler is no part of what it costs. */
const warmUpMs = Number(flags.warmup) * 1000
const payloadBytes = 1316
const passphrase = 'a bench passphrase'
const script = (name: string): URL => new URL(`./${name}.ts`, import.meta.url)

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}

/** CPU of `pid` over the window, percent of a core, and what `receiver` reports at both ends of it. */
async function measure(pid: number, receiver: ChildProcess): Promise<{ cpuPercent: number; deliveredBps: number; report: ReceiverReport }> {
  await sleep(warmUpMs)
  const [cpuMs, before, startMs] = [cpuMsOf(pid), await ask<ReceiverReport>(receiver), performance.now()]
  await sleep(windowMs)
  const report = await ask<ReceiverReport>(receiver)
  const tookMs = performance.now() - startMs
  const deliveredBps = ((report.bytes - before.bytes) * 8000) / tookMs
  return { cpuPercent: ((cpuMsOf(pid) - cpuMs) * 100) / tookMs, deliveredBps, report }
}

/** CPU of `pid` over the window, percent of a core. */
async function cpuPercentOf(pid: number): Promise<number> {
  await sleep(warmUpMs)
  const [cpuMs, startMs] = [cpuMsOf(pid), performance.now()]
  await sleep(windowMs)
  return ((cpuMsOf(pid) - cpuMs) * 100) / (performance.now() - startMs)
}

const loadOf = (secret: string): string => (secret === '' ? 'clear' : 'AES-128')
const urlOf = (port: number, mode: string, secret: string): string =>
  `srt://127.0.0.1:${port}?mode=${mode}${secret === '' ? '' : `&passphrase=${secret}&pbkeylen=16`}`

async function generate(port: number, count: number, mbps: number, secret: string): Promise<ChildProcess> {
  const generator = startScript(script('generator'), [String(port), String(count), String(mbps * 1e6), secret])
  const message = await messageOf<{ isReady?: true; failure?: unknown }>(generator)
  if (message.isReady !== true) throw new Error(`the load generator cannot connect: ${JSON.stringify(message.failure)}`)
  return generator
}

async function receiveWithSluice(mbps: number, secret: string, count: number): Promise<Row> {
  const receiver = startScript(script('receiver'), [secret], {}, engineNodeFlags)
  const { port } = await messageOf<{ port: number }>(receiver)
  const generator = await generate(port, count, mbps, secret)
  const { cpuPercent, deliveredBps, report } = await measure(receiver.pid!, receiver)
  await end(generator)
  await end(receiver)
  const load = `${count === 1 ? '' : `${count} x `}${loadOf(secret)}`
  const total = mbps * count
  return {
    side: 'receive',
    program: 'sluice',
    load,
    mbps: total,
    cpuPercent,
    perMbps: cpuPercent / total,
    delivered: deliveredBps / total / 1e4,
    lost: report.lost,
    dropped: report.dropped,
  }
}

async function receiveWithPeer(mbps: number, secret: string): Promise<Row> {
  const port = await freePort()
  const peer = startProgram('srt-live-transmit', ['-q', urlOf(port, 'listener', secret), 'file://con'])
  await sleep(500)
  const generator = await generate(port, 1, mbps, secret)
  const cpuPercent = await cpuPercentOf(peer.pid!)
  await end(generator)
  await end(peer)
  return {
    side: 'receive',
    program: 'srt-live-transmit',
    load: loadOf(secret),
    mbps,
    cpuPercent,
    perMbps: cpuPercent / mbps,
    delivered: null,
    lost: null,
    dropped: null,
  }
}

/** Both senders get the same frames at the same moments: srt-live-transmit on its standard input, Sluice's from a timer of its own. */
async function send(program: 'sluice' | 'srt-live-transmit', mbps: number, secret: string): Promise<Row> {
  const receiver = startScript(script('receiver'), [secret])
  const { port } = await messageOf<{ port: number }>(receiver)
  const sender =
    program === 'sluice'
      ? startScript(script('engine-sender'), [String(port), String(mbps * 1e6), secret], {}, engineNodeFlags)
      : peerSender(port, secret)
  while ((await ask<ReceiverReport>(receiver)).connections === 0) await sleep(50)
  sender.stdin?.on('error', () => {})
  const feed = program === 'sluice' ? null : feedFrames(mbps * 1e6, payloadBytes, (frame) => sender.stdin!.write(frame))
  const { cpuPercent, deliveredBps, report } = await measure(sender.pid!, receiver)
  feed?.stop()
  // srt-live-transmit looks at a signal only when its blocked read of the pipe returns.
  sender.kill('SIGKILL')
  await end(receiver)
  return {
    side: 'send',
    program,
    load: loadOf(secret),
    mbps,
    cpuPercent,
    perMbps: cpuPercent / mbps,
    delivered: deliveredBps / mbps / 1e4,
    lost: report.lost,
    dropped: report.dropped,
  }
}

const peerSender = (port: number, secret: string): ChildProcess =>
  spawn('srt-live-transmit', ['-q', '-chunk:1316', 'file://con', urlOf(port, 'caller', secret)], { stdio: ['pipe', 'ignore', 'inherit'] })

function print(rows: readonly Row[]): void {
  const peer = (row: Row): Row | undefined =>
    rows.find((r) => r.program !== 'sluice' && r.side === row.side && r.load === row.load && r.mbps === row.mbps)
  process.stdout.write(
    '| side | program | load | Mbit/s | CPU, % of a core | %/Mbit/s | ratio | delivered, % | lost | dropped |\n|---|---|---|---|---|---|---|---|---|---|\n',
  )
  for (const row of rows) {
    const beside = peer(row)
    const ratio = row.program !== 'sluice' ? '1' : beside === undefined ? '-' : (row.cpuPercent / beside.cpuPercent).toFixed(2)
    const cells = [
      row.side,
      row.program,
      row.load,
      row.mbps,
      row.cpuPercent.toFixed(2),
      row.perMbps.toFixed(3),
      ratio,
      row.delivered?.toFixed(1) ?? '-',
      row.lost ?? '-',
      row.dropped ?? '-',
    ]
    process.stdout.write(`| ${cells.join(' | ')} |\n`)
  }
}

const rows: Row[] = []
const wanted = new Set(flags.only.split(','))
for (const mbps of flags.rates.split(',').map(Number)) {
  for (const secret of flags.loads.split(',').map((load) => (load === 'aes' ? passphrase : ''))) {
    if (wanted.has('receive')) rows.push(await receiveWithPeer(mbps, secret), await receiveWithSluice(mbps, secret, 1))
    if (wanted.has('send')) rows.push(await send('srt-live-transmit', mbps, secret), await send('sluice', mbps, secret))
  }
}
if (wanted.has('many')) rows.push(await receiveWithSluice(6, passphrase, Number(flags.streams)))
print(rows)
mkdirSync(new URL('../out/', import.meta.url), { recursive: true })
writeFileSync(
  new URL('../out/srt.json', import.meta.url),
  `${JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, seconds: Number(flags.seconds), rows }, null, 2)}\n`,
)
