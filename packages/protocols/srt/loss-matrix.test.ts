import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MadeLink, runStream } from './testing/made-link.ts'
import type { PathSettings } from './testing/made-network.ts'

type Case = { name: string; path: Omit<PathSettings, 'seed'>; latencyMs: number }

/** Every path of the matrix at four round trips of latency or a little more: not one byte may be missing. */
const cases: Case[] = []
for (const rttMs of [50, 200]) {
  for (const lossRatio of [0.02, 0.05, 0.1]) {
    cases.push({ name: `${lossRatio * 100} % loss, ${rttMs} ms`, path: { delayMs: rttMs / 2, lossRatio }, latencyMs: 4 * rttMs })
    const jitterMs = rttMs / 10
    cases.push({
      name: `${lossRatio * 100} % loss, ${rttMs} ms, ${2 * jitterMs} ms jitter and reordering, 2 % duplicates`,
      path: { delayMs: rttMs / 2 - jitterMs / 2, jitterMs, lossRatio, duplicateRatio: 0.02 },
      latencyMs: 4 * (rttMs + jitterMs),
    })
  }
  const burst = { everyMs: 20 * rttMs, lastsMs: rttMs / 2 }
  cases.push({
    name: `outages of ${burst.lastsMs} ms, ${rttMs} ms`,
    path: { delayMs: rttMs / 2, lossRatio: 0.01, burst },
    latencyMs: 4 * rttMs,
  })
}
cases.push({ name: '2 % loss, 600 ms as over a satellite', path: { delayMs: 300, lossRatio: 0.02 }, latencyMs: 2400 })

const SECONDS = Number(process.env['SLUICE_SRT_MATRIX_SECONDS'] ?? 6)
const BITRATE_BPS = 6_000_000
const PACKETS = Math.round((SECONDS * BITRATE_BPS) / 8 / 1316)

for (const [index, { name, path, latencyMs }] of cases.entries()) {
  for (const passphrase of index % 2 === 0 ? [undefined] : ['a passphrase']) {
    const kind = passphrase === undefined ? 'clear' : 'AES-128'
    test(`every byte arrives in order through ${name}, latency ${latencyMs} ms (${kind})`, () => {
      const link = new MadeLink({ seed: index + 1, ...path }, {}, passphrase === undefined ? {} : { accept: true, passphrase })
      const { caller, listener } = link.connect({ latencyMs, passphrase, connectTimeoutMs: 20_000 })
      const result = runStream(link, caller, listener, PACKETS, BITRATE_BPS)
      const got = listener.stats()
      assert.ok(link.network.lost > 0, 'the network lost something')
      assert.deepEqual([result.received, result.isOrdered, result.isIntact], [PACKETS, true, true], JSON.stringify(got))
      assert.equal(got.pktRcvDropTotal, 0)
      const sent = caller.stats()
      assert.equal(sent.pktSentUniqueTotal, PACKETS)
      // Both ends speak of the same loss, though the receiver asks for a packet more than once.
      const apart = Math.abs(sent.pktSndLossTotal - got.pktRcvLossTotal)
      assert.ok(
        apart <= 0.05 * got.pktRcvLossTotal + 5,
        `${sent.pktSndLossTotal} lost for the sender, ${got.pktRcvLossTotal} for the receiver`,
      )
      assert.ok(
        sent.pktRetransTotal <= 2.5 * got.pktRcvLossTotal + 20,
        `${sent.pktRetransTotal} sent again for ${got.pktRcvLossTotal} lost`,
      )
    })
  }
}
