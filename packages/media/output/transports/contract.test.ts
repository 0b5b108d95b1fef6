import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { testCertificate } from '@sluice/testkit/certificates'
import { type FarEnd, type TransportCase, transportContract } from '@sluice/testkit/output'
import { openRtmpSink, type RtmpSinkOptions, type SinkBehaviour } from '@sluice/testkit/rtmp-sink'
import { openSrtSink, type SrtSinkBehaviour } from '@sluice/testkit/srt-sink'
import { rtmpTransport } from './rtmp.ts'
import { srtTransport } from './srt.ts'

const parts = { clock: systemClock, log: silentLogger }
const endAfterMs = 50
/** As libsrt prints that it does not know the stream id. */
const srtBadKey = 1401

async function openRtmpFarEnd(behaviour: SinkBehaviour, options: RtmpSinkOptions): Promise<FarEnd> {
  const sink = await openRtmpSink({ behaviour, isRecording: false, ...options })
  return {
    url: sink.url,
    receivedBytes: () => sink.sessions[0]?.bytes ?? 0,
    hasEnded: () => (sink.sessions[0]?.ended ?? null) !== null,
    close: () => sink.close(),
  }
}

const rtmpBehaviours: Record<Parameters<TransportCase['openFarEnd']>[0], SinkBehaviour> = {
  accept: { type: 'accept' },
  refuse: { type: 'reject-auth' },
  end: { type: 'close', afterMs: endAfterMs },
}

async function openSrtFarEnd(behaviour: SrtSinkBehaviour): Promise<FarEnd> {
  const sink = await openSrtSink({ behaviour })
  return {
    // A machine that runs other tests beside this one is late now and then: what is late is dropped.
    url: `${sink.url}?latency=1000`,
    receivedBytes: () => sink.sessions[0]?.bytes ?? 0,
    hasEnded: () => (sink.sessions[0]?.ended ?? null) !== null,
    close: () => sink.close(),
  }
}

const srtBehaviours: Record<Parameters<TransportCase['openFarEnd']>[0], SrtSinkBehaviour> = {
  accept: { type: 'accept' },
  refuse: { type: 'reject', code: srtBadKey },
  end: { type: 'close', afterMs: endAfterMs },
}

transportContract([
  {
    name: 'RTMP',
    open: rtmpTransport(parts),
    openFarEnd: (does) => openRtmpFarEnd(rtmpBehaviours[does], {}),
    refusal: 'auth',
    nobody: 'tcp',
  },
  {
    name: 'RTMPS',
    open: rtmpTransport(parts),
    openFarEnd: (does) => openRtmpFarEnd(rtmpBehaviours[does], { tls: testCertificate('good') }),
    refusal: 'auth',
    nobody: 'tcp',
  },
  {
    name: 'SRT',
    open: srtTransport(parts),
    openFarEnd: (does) => openSrtFarEnd(srtBehaviours[does]),
    refusal: 'auth',
    nobody: 'tcp',
  },
])
