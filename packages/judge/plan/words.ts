import type { HardwareKind } from '@sluice/contract/link'
import type { PlanRequest } from './facts.ts'
import { type Plan, type PlannedRung, type PlannedWay, planRungs } from './plan.ts'
import { shortfallOf } from './shortfall.ts'
import type { PlanReason } from './wants.ts'

/** `3000 kbps, 1280x720 at 30 frames/s`, or what else an encoding is, in short. */
function rungWords({ spec: { video, audio } }: Pick<PlannedRung, 'spec'>): string {
  if (video === null) return `the source's picture with ${audio === null ? 'its sound' : `${audio.codec.toUpperCase()} audio`}`
  const fps = Number((video.fps.num / video.fps.den).toFixed(2))
  return `${video.bitrateKbps} kbps, ${video.width}x${video.height} at ${fps} frames/s`
}

const doneWords = ({ spec: { video, from } }: PlannedRung): string =>
  video === null ? 'sent as' : from === undefined ? 'encoded at' : `taken from track ${from.inputTrack} of your encoder,`

/** Why an output gets what it gets, in one sentence. The only place where codes of the plan become sentences. */
export function reasonWords({ code, by = '', limit = '', found = '' }: PlanReason, rung: PlannedRung | null): string {
  const encoded = rung === null ? '' : `: ${doneWords(rung)} ${rungWords(rung)}`
  switch (code) {
    case 'source-unknown':
      return 'No encoder has sent yet. Until one does, this output takes the source as it comes.'
    case 'source-fits':
      return 'The source fits what the destination accepts: it passes through untouched.'
    case 'source-wanted':
      return 'Set to the source: it passes through untouched.'
    case 'source-codec':
      return `${by} accepts ${limit} video, the source is ${found}${encoded}.`
    case 'source-bitrate':
      return `${by} takes at most ${limit}, the source has ${found}${encoded}.`
    case 'source-size':
      return `${by} takes at most ${limit}, the source is ${found}${encoded}.`
    case 'source-fps':
      return `${by} takes at most ${limit}, the source has ${found}${encoded}.`
    case 'source-keyframes':
      return `${by} wants a key frame every ${limit} at least, the source sends one every ${found}${encoded}.`
    case 'source-audio':
      return `${by} accepts ${limit} audio, the source has ${found}${encoded}.`
    case 'enhanced-track':
      return `${by} asked for it with Enhanced Broadcasting${encoded}.`
    case 'enhanced-no-room':
      return 'The tracks that the platform asked for with Enhanced Broadcasting do not all fit on this machine: it gets one track.'
    case 'rung-wanted':
      return `Set to this rung${encoded}.`
    case 'rung-gone':
      return 'The rung that this output names no longer exists: the source passes through. Choose another rung.'
    case 'rollback':
      return rung === null
        ? 'Rolled back, and the source is within 720p30 at 3 Mbps: it passes through.'
        : `Rolled back: every destination gets ${rungWords(rung)}.`
    case 'player':
      return `A step of the player's ladder${encoded}.`
    case 'no-encoder':
    case 'no-room':
    case 'rung-failed':
      return missingWords({ code, by, found })
  }
}

function missingWords({ code, by, found }: PlanReason): string {
  if (code === 'rung-failed' && by === '')
    return 'The encoder of its rung keeps failing, and the destination does not accept the source as it is: this output waits. Lower the source in your encoder, or set the output to another rung.'
  const instead = by === 'source' ? 'the source passes through instead' : `it gets "${by}" instead`
  if (code === 'rung-failed') return `The encoder of its rung keeps failing: ${instead}, until the encoder has run for a minute.`
  if (code === 'no-encoder') return `This machine cannot encode: ${instead}.`
  return `Its encode would take ${found} of a core, and that does not fit beside the others: ${instead}.`
}

/** What is not as it should be with an output; null: nothing. */
export function warningWords({ warning, rung }: Pick<PlannedWay, 'warning' | 'rung'>): string | null {
  if (warning === null) return null
  if (shortfallOf(warning.code) === 'replaced') return reasonWords(warning, null)
  const refused = rung === 'source' ? ' The platform may refuse it. Set the output to `auto`, or lower it in the encoder.' : ''
  return `${reasonWords(warning, null)}${refused}`
}

/** The whole of what a machine is asked for and has: `192 % of 140 %`. */
export function loadWords({ load }: Pick<Plan, 'load'>): string {
  const others = load.others > 0 ? `, and other channels take ${Math.ceil(load.others)} %` : ''
  return `it needs ${Math.ceil(load.asked)} % of a core${others}; this machine gives ${Math.floor(load.budget)} % to encoding`
}

const kindNames: Readonly<Record<HardwareKind, string>> = { nvenc: 'NVENC', qsv: 'QSV', vaapi: 'VAAPI' }

/** What a hardware encoder that failed in mid-show means for plans. */
export function heldWords(kind: HardwareKind): string {
  return `${kindNames[kind]} failed in mid-show: new encodes use the processor until it is tried again. Encodes that still run on it stay there.`
}

const named = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')

/** What the player gets, and what is not as it was asked for. */
export function playerWords(
  { player, rungs }: Plan,
  { ladder, machine }: Pick<PlanRequest, 'ladder' | 'machine'>,
): { reason: string; warning: string | null } {
  const steps = player.rungs.flatMap((id) => rungs.filter((rung) => rung.id === id).map(({ spec }) => spec.name))
  const { noRoom, tooLarge } = player
  const what = steps.length === 0 ? 'The player gets the source alone' : `The player gets the source and ${named(steps)}`
  if (ladder === null) return { reason: `${what}: its ladder is off.`, warning: null }
  const reason = `${what}.`
  if (noRoom.length > 0 && machine.problem !== null) return { reason, warning: `This machine cannot encode: ${machine.problem}. ${reason}` }
  const missing = [
    ...(noRoom.length > 0 ? [`The machine has no room for ${named(noRoom)}`] : []),
    ...(tooLarge.length > 0 ? [`${named(tooLarge)} ${tooLarge.length === 1 ? 'is' : 'are'} larger than the source`] : []),
  ]
  return { reason, warning: missing.length === 0 ? null : `${missing.join('. ')}. ${reason}` }
}

/** What a rolled-back channel sends, or would send. [OPS-02] */
export function rollbackWords(request: PlanRequest): string {
  if (request.sources.length === 0) return 'No encoder has sent yet: what comes passes through until its size and bitrate are known.'
  const plan = planRungs({ ...request, isRolledBack: true })
  const [rung] = plan.rungs
  if (rung !== undefined) return `Every output gets ${rungWords(rung)}.`
  if (plan.fits) return 'The source is within 720p30 at 3 Mbps: it passes through to every output.'
  const why = request.machine.problem ?? loadWords(plan)
  return `Picture and bitrate stay as they are, because this machine cannot encode them: ${why}. If the connection needs it, set 720p30 at 3 Mbps in the encoder.`
}
