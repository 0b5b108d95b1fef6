import type { HintCode, ProblemCode, TriageAction, TriageProblem } from '@sluice/contract/api'
import type { RungActual } from '@sluice/contract/link'
import type { TriageFacts } from './facts.ts'
import { problem } from './problem.ts'

type Trouble = {
  readonly code: Extract<ProblemCode, 'rung-failed' | 'rung-reduced' | 'rung-silent' | 'rung-differs'>
  readonly hint: HintCode
  readonly badge: string
  readonly title: string
  readonly text: string
  /** Null: the title does not read on with a time. */
  readonly since: string | null
}
/** `many`: how many rungs there is something wrong with, in words that begin a sentence. */
type Words = (
  many: { readonly encodes: string; readonly isOne: boolean },
  why: string,
) => Pick<Trouble, 'title' | 'text'> & { since?: null }

const untouched = 'Outputs on the source are not affected.'
/** Where the plan puts outputs while their encode fails. */
const moved =
  'Outputs on it move to a smaller rung, or to the source where their destination accepts it; the others wait with their connections open.'
const rest: Words = ({ encodes }, why) => ({
  title: `${encodes} failed`,
  text: `${why}${moved} ${untouched} The plan says which. Set those that wait to another rung.`,
})

/** A rung that gives nothing, by the code of its engine. */
const downWords: Readonly<Record<string, Words>> = {
  ENCODER_UNAVAILABLE: (_, why) => ({
    title: 'This machine cannot encode',
    since: null,
    text: `${why}Outputs that need an encode get the source as it is, and a platform may refuse it. ${untouched} Install what is missing.`,
  }),
  ENCODER_FAILED: (_, why) => ({
    title: 'The encoder failed several times',
    text: `${why}${moved} ${untouched} Check the CPU and memory of this machine.`,
  }),
  OVERLOAD: ({ encodes, isOne }) => ({
    title: `${encodes} ${isOne ? 'was' : 'were'} given up to keep real time`,
    text: `Outputs on it get nothing. ${untouched} Free the CPU of this machine, or move them to a smaller rung or to the source.`,
  }),
}

/** A rung that runs with less than it should. */
const reducedWords: Readonly<Record<string, Words>> = {
  ENCODER_BEHIND: (_, why) => ({
    title: 'The encoder fell behind the source',
    text: `${why}Viewers see pictures missing. Free the CPU of this machine, or use smaller rungs.`,
  }),
  INPUT_TRACK_GONE: ({ encodes, isOne }, why) => ({
    title: `The source lacks the video track of ${isOne ? 'a rung' : encodes.toLowerCase()}`,
    text: `${why}The destination gets another size and bitrate than it is set to. Turn Enhanced Broadcasting on in the encoder, or make room for the encode.`,
  }),
}
const less: Words = ({ encodes, isOne }, why) => ({
  title: `${encodes} ${isOne ? 'was' : 'were'} reduced to keep real time`,
  text: `${why}Viewers see a lower frame rate or a softer picture. Free the CPU of this machine, or use smaller rungs.`,
})

const silentCode = 'NO_AUDIO_IN_SOURCE'
const silent: Words = ({ encodes, isOne }) => ({
  title: `The source has no sound, and ${encodes.toLowerCase()} ${isOne ? 'sends' : 'send'} silence`,
  since: null,
  text: 'Platforms that demand sound accept it, and viewers hear nothing. Turn the sound on in the encoder.',
})

/** A rung that runs, and sends something else than it is set to. */
const differWords: Readonly<Record<string, Words>> = {
  AUDIO_TRACK_MISSING: ({ encodes, isOne }, why) => ({
    title: `${encodes} ${isOne ? 'sends' : 'send'} another audio track`,
    text: `${why}Viewers may hear the wrong language. Add the track in the encoder, or choose another one for the rung.`,
  }),
  PICTURE_MISSING: ({ encodes, isOne }, why) => ({
    title: `${encodes} ${isOne ? 'goes' : 'go'} out without its overlay`,
    since: null,
    text: `${why}Viewers see the programme without it. Upload the picture again.`,
  }),
}

/** What is wrong with the encodes of the channel, the worst; null: nothing. What passes through is not touched by any of it. */
export function rungTrouble({ actual }: Pick<TriageFacts, 'actual'>): Trouble | null {
  const rungs = actual?.rungs ?? []
  const down = rungs.filter(({ state }) => state === 'failed' || state === 'off')
  const reduced = rungs.filter(({ state }) => state === 'reduced')
  const mute = rungs.filter(({ state, reason }) => state === 'running' && reason?.code === silentCode)
  const differs = rungs.filter(({ state, reason }) => state === 'running' && reason !== null && differWords[reason.code] !== undefined)
  const machine = { hint: 'machine' } as const
  if (down.length > 0) return said(down, (code) => downWords[code] ?? rest, { code: 'rung-failed', badge: 'Encode down', ...machine })
  if (reduced.length > 0) return said(reduced, (code) => reducedWords[code] ?? less, { code: 'rung-reduced', badge: 'Reduced', ...machine })
  if (mute.length > 0) return said(mute, () => silent, { code: 'rung-silent', badge: 'No sound', hint: 'contribution' })
  if (differs.length === 0) return null
  return said(differs, (code) => differWords[code]!, { code: 'rung-differs', badge: 'Differs', hint: 'contribution' })
}

function said(rungs: readonly RungActual[], wordsOf: (code: string) => Words, about: Pick<Trouble, 'code' | 'badge' | 'hint'>): Trouble {
  const { reason, since } = rungs[0]!
  const why = reason === null || reason.message === '' ? '' : `${upperFirst(reason.message.replace(/\.$/, ''))}. `
  const many = { encodes: rungs.length === 1 ? 'An encode' : `${rungs.length} encodes`, isOne: rungs.length === 1 }
  return { since, ...about, ...wordsOf(reason?.code ?? '')(many, why) }
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Encodes that do not run as they should; their place in the console has the plan beside them. */
export function rungProblems(facts: TriageFacts): TriageProblem[] {
  const trouble = rungTrouble(facts)
  if (trouble === null) return []
  const { code, hint, badge, title, text, since } = trouble
  const action: TriageAction = { kind: 'show-encodes', role: null, outputId: null }
  return [problem(code, code === 'rung-failed' ? 'bad' : 'warn', 'output', hint, { badge, title, text, since, action })]
}
