import { codecName, type OutputNeed } from '@sluice/base/words'
import type { Verdict, VerdictCode } from '@sluice/contract/api'
import { needWords, noticeWords } from '@sluice/contract/link'
import { usualRttMs } from './limits.ts'
import { formatName, probeWords, unseenWords } from './probe-words.ts'
import { type FiguresOf, findings, type Judged } from './verdict.ts'

/** `sentence`: what happens and what it means for the show. `tryFirst`: what to do first; null: nothing is to be done. */
export type VerdictWords = { readonly sentence: string; readonly tryFirst: string | null }

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`
const fps = (value: number): string => String(Number(value.toFixed(1)))
/** `4.55 Mbps`, `5 Mbps`, `640 kbps`. */
export const formatRate = (bps: number): string =>
  bps >= 1_000_000 ? `${Number((bps / 1_000_000).toFixed(2))} Mbps` : `${Math.round(bps / 1000)} kbps`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const channelsName = (channels: number): string => (channels === 1 ? 'mono' : channels === 2 ? 'stereo' : `${channels} channels`)

const checkUplink = 'Check the encoder’s uplink: lower its bitrate, use a wired connection, or send over SRT with more latency.'
const checkOwnUplink = 'Check the uplink of this machine: too many outputs may share it. More SRT latency at the destination helps too.'
const lineAdvice = { in: checkUplink, out: checkOwnUplink } as const
const evenKeyframes = "Set the encoder's keyframe interval to 2 s and turn off scene-cut keyframes."

/** A missing track: because none is sent, or because what is sent can't be used. */
function missing(part: string, { notice, media, about }: FiguresOf['no-video'], words: VerdictWords): VerdictWords {
  if (notice === undefined || media === undefined) return words
  const { sentence, tryFirst } = noticeWords({ code: notice, media, subject: about ?? '' })
  return { sentence: `No ${part} reaches the show. ${sentence}`, tryFirst: tryFirst ?? `Check the ${media} settings of the encoder.` }
}

/** Figures of a line against their limits, for the middle of a sentence. */
export const lineFigure = {
  loss: ({ lossShare, limitShare }: FiguresOf['loss']): string =>
    `${percent(lossShare)} of the packets were lost before recovery in the last minute (limit ${percent(limitShare, 0)})`,
  rtt: ({ rttMedianMs, limitMs }: FiguresOf['rtt']): string =>
    `the median round trip is ${Math.round(rttMedianMs)} ms (limit ${usualRttMs} to ${limitMs} ms)`,
} as const

const forms: { readonly [Code in VerdictCode]: (figures: FiguresOf[Code]) => VerdictWords } = {
  'no-video': (figures) =>
    missing('picture', figures, { sentence: 'Audio arrives, but no video.', tryFirst: 'Check that the encoder sends video.' }),
  'no-audio': (figures) =>
    missing('sound', figures, {
      sentence: 'No audio track. YouTube and Facebook reject streams without one.',
      tryFirst: 'Add an audio track in the encoder, even a silent one.',
    }),
  'picture-black': () => ({
    sentence: 'The picture of the source is black.',
    tryFirst: 'Check the scene in the encoder, and the cable of its camera.',
  }),
  'picture-frozen': () => ({
    sentence: 'The picture of the source is frozen.',
    tryFirst: 'Check the camera and the encoder: one of them hangs.',
  }),
  'sound-silent': () => ({
    sentence: 'The audio of the source is silent.',
    tryFirst: 'Check the mixer and the encoder’s audio source: it may be muted, or the wrong one.',
  }),
  notice: ({ notice, media, about }) => noticeWords({ code: notice, media, subject: about }),
  'bitrate-drop': ({ usualBps, nowBps }) => ({
    sentence: `The bitrate fell from ${formatRate(usualBps)} to ${formatRate(nowBps)}. The problem is upstream of Sluice: the encoder or its connection.`,
    tryFirst: "Check the encoder's dropped frames and lower its bitrate.",
  }),
  pace: ({ paceShare }) => ({
    sentence: `Media arrives at ${Math.floor(paceShare * 100)} % of real time: viewers will see it stop. The problem is upstream of Sluice.`,
    tryFirst: 'The encoder or its connection is too slow. Lower its resolution, frame rate or bitrate.',
  }),
  'frame-rate': ({ fps: found, declaredFps }) => ({
    sentence:
      declaredFps === undefined
        ? `Only ${fps(found)} fps arrive: motion stutters.`
        : `The encoder announces ${fps(declaredFps)} fps, but ${fps(found)} fps arrive: motion stutters.`,
    tryFirst: 'Check the encoder: its processor is overloaded, or it drops frames. A hardware encoder helps.',
  }),
  'keyframe-distance': ({ gopMs, wantedMs }) => ({
    sentence: `The keyframe interval is ${seconds(gopMs)}. Platforms expect ${fps(wantedMs / 1000)} s, and playback takes longer to start.`,
    tryFirst: `Set the encoder's keyframe interval to ${fps(wantedMs / 1000)} s. In OBS: Settings, Output, Keyframe Interval.`,
  }),
  'clock-jump': ({ jumps }) => ({
    sentence: `The encoder's timestamps jumped ${jumps === 1 ? 'once' : `${jumps} times`} in the last five minutes. Sluice corrected them.`,
    tryFirst: 'If it happens again, restart the encoder.',
  }),
  'audio-mapping': ({ channels, channelsBefore }) => ({
    sentence: `The audio changed from ${channelsName(channelsBefore)} to ${channelsName(channels)} during the stream: some players lose sound.`,
    tryFirst: 'Set the encoder to one channel layout, stereo for most shows.',
  }),
  'keyframe-irregular': ({ shortestMs, longestMs }) => ({
    sentence: `Keyframes are irregular, ${seconds(shortestMs)} to ${seconds(longestMs)} apart: segments vary in length and failover takes longer.`,
    tryFirst: evenKeyframes,
  }),
  'keyframe-burst': ({ shortestMs, longestMs }) => ({
    sentence: `Keyframes come in bursts, ${seconds(shortestMs)} to ${seconds(longestMs)} apart: each burst is a bitrate spike.`,
    tryFirst: evenKeyframes,
  }),
  'bitrate-over': ({ videoBps, limitBps, class: outputClass, output, limitFrom }) => ({
    sentence: `The source sends ${formatRate(videoBps)} of video, more than the ${formatRate(limitBps)} of ${
      { class: `class ${outputClass}, used by ${output}`, output: `output ${output}`, destination: `the destination of ${output}` }[
        limitFrom
      ]
    }.`,
    tryFirst: {
      class: 'Lower the bitrate in the encoder, or move that output to another class if the platform accepts more.',
      output: 'Lower the bitrate in the encoder, or raise the limit of that output if the platform accepts more.',
      destination: 'Lower the bitrate in the encoder before the platform cuts the stream off.',
    }[limitFrom],
  }),
  'bitrate-low': (figures) => ({ sentence: outside(figures, 'fast motion gets blocky'), tryFirst: "Raise the encoder's video bitrate." }),
  'bitrate-high': (figures) => ({
    sentence: outside(figures, 'uplinks and viewers need more bandwidth for little gain'),
    tryFirst: "Lower the encoder's video bitrate.",
  }),
  'video-codec': ({ codec }) => ({
    sentence: `The video is ${codecName(codec)}. Many platforms accept only H.264.`,
    tryFirst: 'Set the encoder to H.264 (x264, NVENC H.264).',
  }),
  'audio-codec': ({ codec }) => ({
    sentence: `The audio is ${codecName(codec)}. Many platforms accept only AAC.`,
    tryFirst: 'Set the encoder to AAC at 96 to 128 kbps.',
  }),
  'audio-low': (figures) => audio(figures, 'music sounds thin'),
  'audio-high': (figures) => audio(figures, 'some platforms re-encode it'),
  gap: ({ gapMs }) => ({
    sentence: `No frames for ${seconds(gapMs)}. The problem is upstream of Sluice: the encoder or its connection.`,
    tryFirst: checkUplink,
  }),
  drop: ({ dropShare, way }) => ({
    sentence: `${percent(dropShare, 2)} of the packets were not recovered in the last minute: the picture breaks up.`,
    tryFirst: lineAdvice[way],
  }),
  loss: (figures) => ({ sentence: `${capital(lineFigure.loss(figures))}: SRT has to resend them.`, tryFirst: lineAdvice[figures.way] }),
  rtt: (figures) => ({
    sentence: `${capital(lineFigure.rtt(figures))}: each lost packet takes that long to resend.`,
    tryFirst: 'Use a server nearer to the encoder, or a less loaded line.',
  }),
  headroom: ({ latencyMs, rttMedianMs, neededMs, way }) => ({
    sentence: `The SRT latency of ${Math.round(latencyMs)} ms leaves no headroom at a round trip of ${Math.round(rttMedianMs)} ms: lost packets may be resent too late.`,
    tryFirst:
      way === 'in'
        ? `Set the SRT latency of the input to ${neededMs} ms, then restart the stream in the encoder.`
        : `Set latency=${neededMs} in the address of this output.`,
  }),
  contribution: ({ takesMs, budgetMs }) => ({
    sentence: `Contribution takes ${Math.round(takesMs)} ms, over its latency budget of ${budgetMs} ms.`,
    tryFirst: 'Lower the SRT latency of the input as far as the line allows, or raise the channel’s budget.',
  }),
  'output-down': ({ state, reason, hint }) => ({
    sentence: reason === '' ? `The output is ${state}.` : capital(period(reason)),
    tryFirst: hint || null,
  }),
  'output-unknown': ({ since }) => ({
    sentence: `No report from the engine since ${since.slice(11, 19)} UTC: this output may be off air.`,
    tryFirst: 'Check the stream on the platform’s own page.',
  }),
  'connect-slow': ({ waitingFor }) => {
    const need = waitingFor === undefined ? undefined : needWords[waitingFor as OutputNeed]
    if (need !== undefined) return { sentence: `Connected, waiting for ${need.what} from the source.`, tryFirst: need.tryFirst }
    return { sentence: 'Still connecting.', tryFirst: 'Run preflight: it shows where the connection hangs.' }
  },
  'handover-failed': ({ reason, hint }) => ({
    sentence: `Live with the old key, the new one does not work: ${reason}.`,
    tryFirst: hint || null,
  }),
  queue: ({ queueMs }) => ({
    sentence: `${seconds(queueMs)} of media is queued for this output, and the delay grows.`,
    tryFirst: 'Check for retries and a full uplink: a growing queue makes latency drift.',
  }),
  'target-under': ({ foundKbps, targetKbps, targetFrom }) => {
    const value = `${formatRate(foundKbps * 1000)} of ${formatRate(targetKbps * 1000)}`
    if (targetFrom === 'source') {
      return { sentence: `Only ${value} of video gets through.`, tryFirst: 'Check the uplink, then the platform’s own health page.' }
    }
    return {
      sentence: `Only ${value} of video goes out, this output's own target.`,
      tryFirst: 'Raise the bitrate in the encoder to the target of this output, or check the uplink if the encoder sends that much.',
    }
  },
  'limit-over': ({ foundKbps, limitKbps, limitFrom, class: outputClass }) => ({
    sentence: `${formatRate(foundKbps * 1000)} of video goes out, over the ${formatRate(limitKbps * 1000)} of ${
      { output: 'this output', class: `class ${outputClass}`, destination: 'its destination' }[limitFrom]
    }.`,
    tryFirst:
      limitFrom === 'destination'
        ? 'Lower the bitrate in the encoder before the platform cuts the stream off.'
        : 'Lower the bitrate in the encoder, or raise the limit if the platform accepts more.',
  }),
  'playlist-late': () => ({
    sentence: 'The channel is live, but the player page has no playlist yet.',
    tryFirst: 'Check the codec and the key frames of the source: segments begin at key frames.',
  }),
  'segment-late': ({ ageMs }) => ({
    sentence: `No new segment for ${seconds(ageMs)}: viewers run out of media.`,
    tryFirst: 'Check the input first.',
  }),
  'join-late': ({ gopMs }) => ({
    sentence: `Key frames are ${seconds(gopMs)} apart: a viewer who starts or changes quality waits that long for a picture.`,
    tryFirst: "Set the encoder's keyframe interval to 2 s; for complaints beyond that check the players' buffer and quality steps.",
  }),
  'probe-failed': ({ format, fault, ...figures }) => probeWords(format, fault, figures),
  'probe-missing': ({ format, since }) => ({
    sentence: `Nobody has looked at ${formatName[format]} from outside since ${since.slice(11, 19)} UTC: what viewers see is not known.`,
    tryFirst: 'Sluice starts its prober again by itself. Open the player page to see for yourself.',
  }),
  'player-late': ({ format, latencyMs }) => ({
    sentence: `A player of ${formatName[format]} is ${seconds(latencyMs)} behind live.`,
    tryFirst: 'Check the latency of the input, and the load of this machine.',
  }),
  'output-unseen': ({ reason, detail }) => unseenWords(reason, detail),
  'not-playable': ({ text, fix }) => ({ sentence: text, tryFirst: fix }),
}

const outside = ({ videoBps, fromBps, toBps }: FiguresOf['bitrate-low'], meaning: string): string =>
  `${formatRate(videoBps)} of video at 1080p30 is outside the recommended ${fromBps / 1e6} to ${toBps / 1e6} Mbps: ${meaning}.`
const audio = ({ audioBps, fromBps, toBps }: FiguresOf['audio-low'], meaning: string): VerdictWords => ({
  sentence: `The audio bitrate is ${formatRate(audioBps)}, outside the recommended ${fromBps / 1000} to ${toBps / 1000} kbps: ${meaning}.`,
  tryFirst: 'Set the encoder to AAC at 96 to 128 kbps.',
})
const period = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/** One verdict as people read it. The one place where its sentences are formed. */
export const verdictWords = <Code extends VerdictCode>({ code, figures }: { readonly code: Code; readonly figures: FiguresOf[Code] }) =>
  forms[code](figures)

/** What is not ok, in words, the worst first: as the API tells it. */
export const sayVerdicts = (judged: readonly Judged[]): Verdict[] =>
  findings(judged).map((one) => ({ ...one, figures: { ...one.figures }, ...verdictWords(one) }) as Verdict)
