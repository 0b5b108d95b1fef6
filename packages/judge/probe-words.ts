import type { OutputFaultCode, ProbeFaultCode, ProbeFormat } from '@sluice/contract/prober'
import type { VerdictWords } from './words.ts'

export const formatName: Readonly<Record<ProbeFormat, string>> = { 'll-hls': 'low-latency HLS', hls: 'plain HLS', dash: 'DASH' }

/** Figures of a fault as they came from the probe: each may be missing. */
type Figures = Readonly<Record<string, number | string>>

const num = (figures: Figures, name: string): number => Number(figures[name] ?? 0)
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const cache =
  'Check any proxy or CDN in front of the media port: it must pass playlists on as they are, and keep them for a second at most.'
const machine = 'Check the load of this machine, and /readyz.'
const source = 'Check the source first, then restart the encoder.'

/** What a probe found, for viewers: the sentence begins with the format. */
const faults: { readonly [code in ProbeFaultCode]: (figures: Figures) => { says: string; tryFirst: string } } = {
  'no-answer': () => ({ says: 'does not answer: new viewers see nothing', tryFirst: machine }),
  'error-answer': (f) => ({ says: `answers with HTTP ${num(f, 'status')}: viewers see nothing`, tryFirst: machine }),
  'missing-file': (f) => ({
    says: f['what'] === 'media' ? 'lists media that is not there: players stop' : 'answers with 404: new viewers see nothing',
    tryFirst: cache,
  }),
  'slow-answer': (f) => ({ says: `takes ${seconds(num(f, 'takenMs'))} to give out media that is ready: viewers stall`, tryFirst: machine }),
  unreadable: () => ({ says: 'has a playlist that no player can read', tryFirst: cache }),
  'target-changed': (f) => ({
    says: `changed ${String(f['what'] ?? 'a promise')} from ${f['before']} to ${f['now']} under the same address: Apple’s players stop for good`,
    tryFirst: 'Ask viewers to reload. Change the segment length between shows only.',
  }),
  'sequence-back': () => ({
    says: 'went back in its segment numbers: players stop or repeat',
    tryFirst: 'Check the clock of this machine, and any cache in front of the media port. Ask viewers to reload.',
  }),
  'segment-changed': () => ({ says: 'changed a segment that players already know: players stop', tryFirst: cache }),
  'discontinuity-back': () => ({ says: 'counts splices backwards: players show the wrong moment, or stop', tryFirst: cache }),
  'segment-long': (f) => ({
    says: `has a segment of ${num(f, 'lastsS').toFixed(1)} s, over its target of ${num(f, 'targetS')} s: players may stop`,
    tryFirst: "Set the encoder's keyframe interval to 2 s.",
  }),
  'part-long': (f) => ({
    says: `has a part of ${num(f, 'lastsS').toFixed(2)} s, over its target of ${num(f, 'targetS').toFixed(2)} s: Apple’s players refuse it`,
    tryFirst: "Set the encoder's keyframe interval to 2 s and a constant frame rate.",
  }),
  'hold-back': (f) => ({
    says: `tells players to stay ${num(f, 'foundS').toFixed(1)} s behind, under the ${num(f, 'neededS').toFixed(1)} s that they need: viewers stall`,
    tryFirst: cache,
  }),
  'policy-differs': (f) => ({
    says: `serves ${String(f['what'] ?? 'a buffer')} ${num(f, 'foundMs')}, not ${num(f, 'wantedMs')} as set`,
    tryFirst: cache,
  }),
  'hint-broken': () => ({ says: 'hints at a part that never comes: Apple’s players stall', tryFirst: cache }),
  'reload-unheld': () => ({ says: 'answers reloads before there is something new: players ask without end', tryFirst: cache }),
  stalled: (f) => ({ says: `has nothing new for ${seconds(num(f, 'ageMs'))}: viewers stall`, tryFirst: source }),
  'date-drift': (f) => ({
    says: `has dates that are ${seconds(Math.abs(num(f, 'driftMs')))} off its media: players show the wrong latency, or stall`,
    tryFirst: 'Check the clock of this machine.',
  }),
  'renditions-apart': () => ({
    says: 'has qualities or sound that do not belong to the same moment: picture and sound drift apart',
    tryFirst: source,
  }),
  truncated: () => ({ says: 'gives out media that is cut short or broken: viewers stall', tryFirst: cache }),
  'times-broken': (f) => ({ says: `jumps by ${seconds(Math.abs(num(f, 'offMs')))} inside the stream: viewers stall`, tryFirst: source }),
  'no-key-frame': () => ({
    says: 'begins a segment without a key frame: viewers who start or change quality see a torn picture',
    tryFirst: source,
  }),
  'av-offset': (f) => ({
    says: `has sound ${seconds(Math.abs(num(f, 'offsetMs')))} ${num(f, 'offsetMs') > 0 ? 'behind' : 'ahead of'} the picture`,
    tryFirst: source,
  }),
  undecodable: () => ({ says: 'gives out media that does not decode: viewers see nothing', tryFirst: source }),
  'picture-black': (f) => ({
    says: `has shown a black picture for ${Math.round(num(f, 'forMs') / 1000)} s`,
    tryFirst: 'Check the scene in the encoder, and the cable of its camera.',
  }),
  'picture-frozen': (f) => ({
    says: `has shown the same picture for ${Math.round(num(f, 'forMs') / 1000)} s`,
    tryFirst: 'If that is not a still on purpose, check the camera and the scene in the encoder.',
  }),
  'sound-silent': (f) => ({
    says: `has been silent for ${Math.round(num(f, 'forMs') / 1000)} s`,
    tryFirst: 'Check the mute buttons and the audio input of the encoder.',
  }),
}

/** What a probe of `format` found, as people read it. */
export function probeWords(format: ProbeFormat, code: ProbeFaultCode, figures: Figures): VerdictWords {
  const { says, tryFirst } = faults[code](figures)
  const name = formatName[format]
  return { sentence: `Seen from outside, ${name} ${says}.`, tryFirst }
}

const outputFaults: { readonly [code in OutputFaultCode]: string } = {
  'no-answer': 'its playback address does not answer',
  'error-answer': 'its playback address answers with an error',
  unreadable: 'its playlist cannot be read',
  'not-moving': 'its playlist stands still',
  'no-media': 'it gives out no media',
  refused: 'its playback address may not be called',
}

/** Why an output is not seen at the far end. */
export function unseenWords(code: string, detail: string): VerdictWords {
  const why = (outputFaults as Readonly<Record<string, string>>)[code] ?? 'nothing is seen'
  return {
    sentence: `The destination does not show the stream: ${why}${detail === '' ? '' : ` (${detail})`}. Its viewers may see nothing.`,
    tryFirst: 'Open the playback page of the platform. If it plays there, check the playback address of the output.',
  }
}
