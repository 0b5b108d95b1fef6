import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomFrom } from '@sluice/testkit/random'
import { readSequence } from '../packet/data-packet.ts'
import { isControlPacket } from '../packet/header.ts'
import { readKeyMaterial } from '../packet/key-material.ts'
import { makeSettings } from '../testing/made-settings.ts'
import { defaultKeyRefresh, makeKeyExchange, openKeyExchange } from './key-exchange.ts'
import { SrtSession } from './session.ts'

const WRAPPING = { sendFirstSequence: 0x7fff_ff80, receiveFirstSequence: 0x7fff_ff80 }

for (const mode of ['clear', 'ctr', 'gcm'] as const) {
  test(`the sequence number wraps amid loss without a break (${mode})`, () => {
    const random = randomFrom(7)
    const caller = mode === 'clear' ? null : makeKeyExchange('a passphrase', 24, mode, defaultKeyRefresh)
    const listenerKeys =
      caller === null ? null : openKeyExchange('a passphrase', caller.message, readKeyMaterial(caller.message)!, defaultKeyRefresh)
    const got: number[] = []
    const sequences = new Set<number>()
    const queue: { at: number; run: () => void }[] = []
    let now = 0
    const carry = (packet: Uint8Array, to: () => SrtSession): void => {
      if (!isControlPacket(packet)) sequences.add(readSequence(packet))
      const copy = Uint8Array.from(packet)
      if (random.next() > 0.05) queue.push({ at: now + 5, run: () => to().push(copy, now) })
    }
    const silent = { readEnd() {}, ended() {}, closed() {} }
    const tx: SrtSession = new SrtSession(makeSettings(WRAPPING), caller?.exchange ?? null, {
      ...silent,
      send: (packet) => carry(packet, () => rx),
      deliver() {},
    })
    const rx: SrtSession = new SrtSession(makeSettings({ ...WRAPPING, localSocketId: 2, peerSocketId: 1 }), listenerKeys, {
      ...silent,
      send: (packet) => carry(packet, () => tx),
      deliver: (payload) => got.push(new DataView(payload.buffer, payload.byteOffset).getUint32(0)),
    })
    for (; now < 1_000; now++) {
      const payload = new Uint8Array(188)
      new DataView(payload.buffer).setUint32(0, now)
      if (now < 600) tx.offer(payload, now)
      while (queue.length > 0 && queue[0]!.at <= now) queue.shift()!.run()
      tx.tick(now)
      rx.tick(now)
    }
    assert.deepEqual(
      got,
      Array.from({ length: 600 }, (_, i) => i),
    )
    assert.ok(sequences.has(0x7fff_ffff) && sequences.has(0) && !sequences.has(0x8000_0000))
  })
}
