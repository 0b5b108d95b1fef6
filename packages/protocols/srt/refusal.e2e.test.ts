// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasProgram } from './testing/peer-process.ts'
import { callUntilReady, findFreePort, openRecorder, startPeer } from './testing/real-link.ts'

const skip = hasProgram('srt-live-transmit') ? false : 'srt-live-transmit is not installed'
const PASSPHRASE = 'correct horse'

/** What a libsrt 1.5.1 caller prints. Codes of 1000 and up are one text to it; its API gives the number. */
const refusals = [
  { name: 'a wrong passphrase', verdict: { passphrase: PASSPHRASE }, query: '&passphrase=wrong horses', shows: /Incorrect passphrase/ },
  { name: 'a missing passphrase', verdict: { passphrase: PASSPHRASE }, query: '', shows: /Password required or unexpected/ },
  { name: 'an unexpected passphrase', verdict: {}, query: `&passphrase=${PASSPHRASE}`, shows: /Password required or unexpected/ },
  { name: 'an unauthorised stream id', verdict: { refuse: 1401 }, query: '&streamid=x', shows: /Application-defined rejection reason/ },
  { name: 'file mode', verdict: {}, query: '&transtype=file', shows: /MessageAPI\/StreamAPI collision/ },
  { name: 'a packet filter', verdict: {}, query: '&packetfilter=fec,cols:10,rows:5', shows: /Packet Filter settings error/ },
]
for (const { name, verdict, query, shows } of refusals) {
  test(`srt-live-transmit shows why ${name} is refused`, { skip, timeout: 30_000 }, async (t) => {
    const { server } = await openRecorder(t, verdict)
    const url = `srt://127.0.0.1:${server.port}?mode=caller${query}`
    const peer = startPeer(t, 'srt-live-transmit', ['-v', '-loglevel:note', 'file://con', url])
    await peer.until('reason', () => shows.test(peer.errors + peer.outputBytes.toString()), 8_000)
    assert.equal(server.stats.connections, 0)
  })
}

test('a libsrt listener that refuses us is classed', { skip, timeout: 30_000 }, async (t) => {
  const port = await findFreePort()
  startPeer(t, 'srt-live-transmit', ['-q', `srt://127.0.0.1:${port}?mode=listener&passphrase=${PASSPHRASE}`, 'file://con'])
  await assert.rejects(callUntilReady(port, { passphrase: 'wrong horses' }, 2), /SRT_PASSPHRASE_WRONG.*"peerCode":"10"/)
  await assert.rejects(callUntilReady(port, {}, 2), /SRT_PASSPHRASE_ONE_SIDED.*"peerCode":"11"/)
})
