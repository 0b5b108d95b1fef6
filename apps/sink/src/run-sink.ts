import { type Clock, systemClock } from '@sluice/base/clock'
import { openDeadPort, openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { openSrtSink } from '@sluice/testkit/srt-sink'
import { formatFigures, formatTotals, plain } from './format.ts'
import type { SinkOptions } from './options.ts'
import { Publisher } from './publisher.ts'
import { Recording } from './recording.ts'

const reportMs = 2000

/** What happens, for a person and for a program. Never a key: of that the length alone. */
export type Say = (line: string, fields: Readonly<Record<string, unknown>>) => void

/** Opens the destination and tells what comes, until `signal` is aborted. Rejects when it can't listen. */
export async function runSink(options: SinkOptions, signal: AbortSignal, say: Say, clock: Clock = systemClock): Promise<void> {
  const { recordFile } = options
  const recording =
    recordFile === null
      ? null
      : new Recording(recordFile, (message) => say(`cannot record: ${message}`, { event: 'record.failed', message }))
  const desk = new Desk(say, clock)
  const opened = await open(options, desk, recording)
  say(`listening on ${opened.url}, behaviour: ${options.behaviourWords}. Stop it with Ctrl-C.`, { event: 'listening', url: opened.url })
  say('A Sluice that sends here must be started with --allow-private-targets.', { event: 'hint' })
  const timer = setInterval(() => desk.tellAll(), reportMs)
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  clearInterval(timer)
  await opened.close()
  await recording?.close()
  const leftOut = recording?.leftOutBytes ?? 0
  if (leftOut > 0)
    say(`the recording is missing ${leftOut} bytes: the disk did not keep up`, { event: 'record.short', leftOutBytes: leftOut })
  say('ended', { event: 'ended' })
}

type Opened = { readonly url: string; close(): Promise<void> }

async function open(options: SinkOptions, desk: Desk, recording: Recording | null): Promise<Opened> {
  const { host, port } = options
  if (options.protocol === 'srt') {
    const { behaviour, passphrase } = options
    return openSrtSink({
      host,
      port,
      behaviour,
      ...(passphrase === null ? {} : { passphrase }),
      onSession: (session) => desk.add(session, `from SRT ${session.peerVersion}, stream id of ${session.streamId.length} characters`),
      onPayload(session, payload) {
        recording?.addPayload(session, payload)
        desk.of(session)?.addPayload(payload)
      },
      onClose: (session) => desk.remove(session, session.ended ?? 'closed'),
    })
  }
  const { behaviour, tls } = options
  if (behaviour === 'no-answer') {
    const dead = await openDeadPort({ host, port })
    return { url: `${tls === null ? 'rtmp' : 'rtmps'}://${host}:${dead.port}/live`, close: () => dead.close() }
  }
  return openRtmpSink({
    host,
    port,
    behaviour,
    ...(tls === null || tls === undefined ? {} : { tls }),
    isRecording: false,
    onSession: (session) =>
      desk.add(
        session,
        `from ${plain(session.encoder) || 'an encoder without a name'}, stream key of ${session.streamKey.length} characters`,
      ),
    onMessage(session, message) {
      recording?.addMessage(session, message)
      desk.of(session)?.addMessage(message)
    },
    onClose: (session, reason) => desk.remove(session, reason.message),
  })
}

/** Who publishes now, and what is told of it. */
class Desk {
  readonly #say: Say
  readonly #clock: Clock
  readonly #publishers = new Map<object, Publisher>()
  #total = 0

  constructor(say: Say, clock: Clock) {
    this.#say = say
    this.#clock = clock
  }

  of(session: object): Publisher | undefined {
    return this.#publishers.get(session)
  }

  add(session: object, words: string): void {
    const publisher = new Publisher(++this.#total, () => this.#clock.nowMs())
    this.#publishers.set(session, publisher)
    this.#say(`publisher ${publisher.number} ${words}`, { event: 'publisher', publisher: publisher.number })
  }

  remove(session: object, reason: string): void {
    const publisher = this.of(session)
    if (publisher === undefined) return
    this.#publishers.delete(session)
    const figures = publisher.report.read(this.#clock.nowMs())
    const seconds = Math.round((this.#clock.nowMs() - publisher.startMs) / 100) / 10
    this.#say(`publisher ${publisher.number} ended after ${seconds} s: ${plain(reason)}; ${formatTotals(figures)}`, {
      event: 'publisher.ended',
      publisher: publisher.number,
      seconds,
      reason,
      ...figures,
    })
  }

  tellAll(): void {
    for (const publisher of this.#publishers.values()) {
      const figures = publisher.report.read(this.#clock.nowMs())
      const { number, fault } = publisher
      const words = fault === null ? formatFigures(figures) : `the stream cannot be read: ${plain(fault)}`
      this.#say(`publisher ${number}: ${words}`, { event: 'figures', publisher: number, ...figures, ...(fault === null ? {} : { fault }) })
    }
  }
}
