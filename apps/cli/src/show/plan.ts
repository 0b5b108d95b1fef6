import type { ChannelPlan, PlanOutput, PlanRung, Rung, RungTemplate } from '@sluice/contract/api'
import { formatTable } from './table.ts'
import { plain } from './text.ts'

const percent = (value: number): string => `${Math.round(value)} %`

/** `1280x720, 30 frames/s, 3000 kbps H.264`, or what of the source it passes on. */
function formatSpec({ spec: { video, audio } }: PlanRung): string {
  const sound = audio === null ? "the source's sound" : `${audio.codec.toUpperCase()} ${audio.bitrateKbps} kbps`
  if (video === null) return `the source's picture, ${sound}`
  const fps = Number((video.fps.num / video.fps.den).toFixed(2))
  return `${video.width}x${video.height}, ${fps} frames/s, ${video.bitrateKbps} kbps ${video.codec}, ${sound}`
}

/** Why it gets what it gets, or what stands against it, and what its encode changes. */
const textOf = ({ reason, warning, notices = [] }: PlanOutput): string =>
  `${warning === null ? '' : '! '}${[warning ?? reason, ...notices.map(({ message }) => message)].map(plain).join(' ')}`

/** The plan as a drawing: the source, what is encoded of it with its share of the CPU, and the outputs behind each. */
export function formatPlan(plan: ChannelPlan, channelName: string): string {
  const { source, load } = plan
  const video = source?.video ?? null
  const rate = video?.kbps == null ? '' : `, ${video.kbps} kbps`
  const head =
    source === null
      ? 'no encoder has sent yet'
      : video === null
        ? 'sound alone'
        : `${video.width}x${video.height}, ${video.fps ?? '?'} frames/s${rate} ${video.codec}`
  const hasLadder = plan.player.rungs.length > 1
  const takersOf = (rung: string): string[] => [
    ...plan.outputs.filter((output) => output.rung === rung).map((output) => `${plain(output.name)}  ${textOf(output)}`),
    ...(hasLadder && plan.player.rungs.includes(rung) ? ['player'] : []),
  ]
  const branches = [
    { title: 'source, untouched', share: '', id: 'source' },
    ...plan.rungs.map((rung) => ({ title: `${plain(rung.name)}: ${formatSpec(rung)}`, share: shareOf(rung), id: rung.id })),
  ].filter(({ id }) => id !== 'source' || takersOf(id).length > 0)
  const lines = branches.flatMap(({ title, share, id }, at) => {
    const isLast = at === branches.length - 1
    const stem = isLast ? '   ' : '│  '
    const own = takersOf(id).map((taker, i, all) => `${stem}${i === all.length - 1 ? '└─' : '├─'} ${taker}`)
    return [`${isLast ? '└─' : '├─'} ${title}${share}`, ...own]
  })
  const others = load.othersPercent > 0 ? `, other channels ${percent(load.othersPercent)}` : ''
  const prices = load.isCalibrated ? '' : ' (prices of a usual machine: this one is not measured yet)'
  const sum = `Encoding takes ${percent(load.channelPercent)} of a core (decoding ${percent(load.decodePercent)})${others}; this machine gives ${percent(load.budgetPercent)}${prices}.`
  const warnings = plan.warnings.map((warning) => `! ${plain(warning)}`)
  const { offer } = plan.player
  const ladder =
    offer === undefined
      ? []
      : [
          `The player has no ladder. ${offer.rungs.map(plain).join(', ')} would take ${percent(offer.cpuPercent)} of a core${offer.lowersPresets ? ', and lower the presets of the other encodes' : ''}: sluice rung ladder '${plain(channelName)}' auto`,
        ]
  return `${[`${plain(channelName)}: ${head}`, ...lines, sum, ...ladder, ...warnings].join('\n')}\n`
}

function shareOf({ cost: { cpuPercent, measuredPercent }, latencyMs, actual }: PlanRung): string {
  const figures = [
    `${percent(cpuPercent)} of a core`,
    ...(measuredPercent === null ? [] : [`${percent(measuredPercent)} now`]),
    ...(latencyMs === null ? [] : [`adds ${Math.round(latencyMs)} ms`]),
    ...(actual === null || actual.state === 'running' ? [] : [actual.state]),
  ]
  return `  [${figures.join(', ')}]`
}

type Wish = Pick<Rung, 'video' | 'audio'>
const pictureCell = ({ video }: Wish): string => {
  if (video === null) return 'source'
  const size =
    video.width === undefined
      ? `${video.height}p${video.fps ?? ''}`
      : `${video.width}x${video.height}${video.fps === undefined ? '' : ` at ${video.fps}`}`
  return `${size} ${video.bitrateKbps} kbps ${video.codec}`
}
const soundCell = ({ audio }: Wish): string => (audio === null ? 'source' : `${audio.bitrateKbps} kbps ${audio.codec}`)

/** Rungs as a table. */
export const formatRungs = (rungs: readonly Rung[]): string =>
  formatTable(
    [{ head: 'rung' }, { head: 'picture' }, { head: 'sound' }, { head: 'outputs', isNumber: true }, { head: 'id' }],
    rungs.map((rung) => [plain(rung.name), pictureCell(rung), soundCell(rung), String(rung.outputs.length), rung.id]),
  )

/** Templates as a table: those of Sluice go by their id. */
export const formatTemplates = (templates: readonly RungTemplate[]): string =>
  formatTable(
    [{ head: 'template' }, { head: 'picture' }, { head: 'sound' }, { head: 'from' }, { head: 'id' }, { head: 'for' }],
    templates.map((template) => [
      ...[
        plain(template.name),
        pictureCell(template),
        soundCell(template),
        template.isShipped ? 'Sluice' : 'you',
        template.id,
        plain(template.note),
      ],
    ]),
  )
