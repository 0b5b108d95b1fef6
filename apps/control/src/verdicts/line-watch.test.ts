import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineWatch, unknownLine } from './line-watch.ts'

test('the line’s median is over five minutes and its loss over one, and another session begins anew [LAT-09] [LAT-10]', () => {
  const line = new LineWatch('input')
  const second = (i: number, rttMs: number, lossShare: number) => ({
    msTimeStamp: i * 1000,
    msRTT: rttMs,
    msRTTMin: 1,
    pktRecvUniqueTotal: i * 100,
    pktRcvLossTotal: i * 100 * lossShare,
  })
  assert.equal(line.figures.rttMedianMs, null)
  for (let i = 1; i <= 400; i++) line.take(second(i, i % 3 === 0 ? 500 : 60, 0.02))
  assert.deepEqual([line.figures.rttMedianMs, line.figures.lossShare?.toFixed(4)], [60, '0.0200'])
  line.take(second(1, 80, 0))
  assert.deepEqual(line.figures, { rttMedianMs: 80, lossShare: null, dropShare: null })
  line.take(null)
  assert.deepEqual(line.figures, unknownLine)
})

test('packets that a sender gave up count in its unique ones, a receiver never saw them', () => {
  const counts = (i: number) => ({ msTimeStamp: i * 1000, msRTT: 20, msRTTMin: 1 })
  const [sender, receiver] = [new LineWatch('output'), new LineWatch('input')]
  for (const i of [1, 2]) {
    sender.take({ ...counts(i), pktSentUniqueTotal: i * 100, pktSndDropTotal: i * 10 })
    receiver.take({ ...counts(i), pktRecvUniqueTotal: i * 90, pktRcvDropTotal: i * 10 })
  }
  assert.deepEqual([sender.figures.dropShare, receiver.figures.dropShare], [0.1, 0.1])
})
