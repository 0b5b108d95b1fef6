import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Failure, FailureKind } from '@sluice/base/errors'
import type { OpenTransport, OutputConnection, OutputTarget } from '@sluice/media/output'
import { makeAudioTrack, makeFrame } from '@sluice/testkit/frames'

/** A destination of the transport's protocol on loopback. */
export type FarEnd = {
  readonly url: string
  /** Bytes of media that it has received. */
  readonly receivedBytes: () => number
  /** Its one session is over, as it sees it. */
  readonly hasEnded: () => boolean
  close(): Promise<unknown>
}

export type TransportCase = {
  readonly name: string
  readonly open: OpenTransport<OutputTarget>
  /** `accept` takes everything, `refuse` says no to the key, `end` ends the session itself soon after it began. */
  readonly openFarEnd: (does: 'accept' | 'refuse' | 'end') => Promise<FarEnd>
  /** How a refusal is classed. */
  readonly refusal: FailureKind
  /** How it is classed that nobody is there. */
  readonly nobody: FailureKind
}

const secret = 'secret-stream-key'
const patienceMs = 15_000

/** What the runner relies on, whatever the protocol: each callback at most once and in its time, true counts, a quiet end. */
export function transportContract(cases: readonly TransportCase[]): void {
  for (const one of cases) {
    test(`${one.name}: media arrives, is counted and confirmed, and the connection ends quietly`, async (t) => {
      const farEnd = await openFarEnd(t, one, 'accept')
      const dialled = dial(t, one, farEnd.url)
      await until('the connection', () => dialled.connection !== null)
      const connection = dialled.connection!
      const written = await writeMedia(connection)
      await until('all of the media', () => farEnd.receivedBytes() >= written)
      await until('its confirmation', () => (connection.ackedBytes ?? 0) > 0)
      assert.ok(connection.ackedBytes! <= connection.bytesSent, `${connection.ackedBytes} confirmed of ${connection.bytesSent}`)
      assert.ok(connection.bytesSent >= written, `${connection.bytesSent} counted of ${written}`)
      assert.equal(connection.sink.queuedBytes, 0)
      connection.close()
      await until('the end at the far end', () => farEnd.hasEnded())
      connection.sink.write(new Uint8Array(188))
      connection.close()
      assert.deepEqual([dialled.readies, dialled.failures], [1, []])
    })

    test(`${one.name}: connections of one kind share a wire`, async (t) => {
      const dials = await Promise.all(
        [0, 1].map(async () => {
          const dialled = dial(t, one, (await openFarEnd(t, one, 'accept')).url)
          await until('the connection', () => dialled.connection !== null)
          return dialled
        }),
      )
      assert.equal(dials[0]!.connection!.wireKey, dials[1]!.connection!.wireKey)
    })

    test(`${one.name}: a refusal comes once, classed, and without the key`, async (t) => {
      const dialled = dial(t, one, (await openFarEnd(t, one, 'refuse')).url)
      await until('the refusal', () => dialled.failures.length > 0)
      assert.deepEqual([dialled.readies, dialled.failures.length, dialled.failures[0]!.kind], [0, 1, one.refusal])
      assert.ok(!JSON.stringify(dialled.failures).includes(secret))
    })

    test(`${one.name}: a far end that ends the session is heard once, and closing afterwards is harmless`, async (t) => {
      const dialled = dial(t, one, (await openFarEnd(t, one, 'end')).url)
      await until('the end', () => dialled.failures.length > 0)
      dialled.connection!.sink.write(new Uint8Array(188))
      dialled.connection!.close()
      dialled.close()
      await turn()
      assert.deepEqual([dialled.readies, dialled.failures.length], [1, 1])
    })

    test(`${one.name}: an opening that is closed at once calls back no more, and the far end takes the next one`, async (t) => {
      const farEnd = await openFarEnd(t, one, 'accept')
      const closed = dial(t, one, farEnd.url)
      closed.close()
      const after = dial(t, one, farEnd.url)
      await until('the next connection', () => after.connection !== null)
      assert.deepEqual([closed.readies, closed.failures], [0, []])
    })

    test(`${one.name}: nobody is there: classed, and not before the opening has returned`, async (t) => {
      const farEnd = await one.openFarEnd('accept')
      await farEnd.close()
      const dialled = dial(t, one, farEnd.url)
      await until('the failure', () => dialled.failures.length > 0)
      assert.deepEqual([dialled.readies, dialled.failures.map(({ kind }) => kind)], [0, [one.nobody]])
    })
  }
}

type Dialled = { connection: OutputConnection | null; readies: number; readonly failures: Failure[]; close(): void }

/** Opens to `url`, and fails when a callback comes before the opening has returned. */
function dial(t: TestContext, { open }: TransportCase, url: string): Dialled {
  let hasReturned = false
  const dialled: Dialled = { connection: null, readies: 0, failures: [], close: () => opening.close() }
  const opening = open(
    {
      url,
      streamKey: secret,
      tlsVerify: false,
      retry: { baseMs: 1, capMs: 1, maxAttempts: null, windowMs: 1, autoDisable: null },
      queueMs: 1000,
    },
    {
      onReady(connection) {
        assert.ok(hasReturned, 'onReady came before the opening had returned')
        dialled.connection = connection
        dialled.readies++
      },
      onClose(failure) {
        assert.ok(hasReturned, 'onClose came before the opening had returned')
        dialled.failures.push(failure)
      },
    },
  )
  hasReturned = true
  t.after(() => {
    opening.close()
    dialled.connection?.close()
  })
  return dialled
}

async function openFarEnd(t: TestContext, one: TransportCase, does: 'accept' | 'refuse' | 'end'): Promise<FarEnd> {
  const farEnd = await one.openFarEnd(does)
  t.after(() => farEnd.close())
  return farEnd
}

/** Two seconds of audio, 320 kB: more than an RTMP server's first window of acknowledgement. Answers the bytes of media in it. */
async function writeMedia(connection: OutputConnection): Promise<number> {
  const { sink } = connection
  const format = connection.makeFormat()
  const audio = makeAudioTrack()
  sink.write(format.head([audio], 0))
  let bytes = 0
  for (let i = 0; i < 40; i++) {
    const frame = makeFrame(audio, i * 50, { byteCount: 8000 })
    bytes += frame.bytes.length
    sink.write(format.frame(frame)!)
    await turn()
  }
  return bytes
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const startMs = performance.now()
  while (!isTrue()) {
    assert.ok(performance.now() - startMs < patienceMs, `no ${what} within ${patienceMs / 1000} s`)
    await turn()
  }
}
