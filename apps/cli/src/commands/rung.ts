import { ChannelPlan, type CreateRungBody, Output, pageOf, paths, Rung, RungTemplate } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import type { ApiClient } from '../client/api-client.ts'
import { findChannel, findOutput, pick } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatRungs } from '../show/plan.ts'
import { plain } from '../show/text.ts'
import { readOverlay } from './overlay-flag.ts'
import { picturesOf } from './picture.ts'

export type RungFlags = {
  readonly template?: string
  readonly name?: string
  readonly height?: string
  readonly width?: string
  /** `false`: `--no-picture`. */
  readonly picture?: boolean
  /** `false`: `--no-audio`. */
  readonly audio?: boolean
  readonly audioCodec?: string
  readonly channels?: string
  readonly fps?: string
  readonly kbps?: string
  readonly gop?: string
  readonly codec?: string
  readonly fit?: string
  readonly crop?: string
  readonly hdr?: string
  /** `false`: `--no-overlay`. */
  readonly overlay?: string[] | false
  readonly audioKbps?: string
  readonly audioTrack?: string
  readonly gain?: string
}
export type RungBody = Pick<CreateRungBody, 'video' | 'audio'>

const rungsOf = async (api: ApiClient, channelId: string): Promise<Rung[]> =>
  (await api.get(paths.channelRungs(channelId), pageOf(Rung))).items

/** The id that an output's `rung` takes: `auto`, `source`, or of a rung of that channel by name. */
export async function rungChoice(api: ApiClient, channelId: string, wanted: string): Promise<string> {
  if (wanted === 'auto' || wanted === 'source') return wanted
  return pick('rung', wanted, await rungsOf(api, channelId)).id
}

/** `sluice rung list CHANNEL` */
export async function listRungs({ api, show }: Context, wanted: string): Promise<void> {
  const channel = await findChannel(api, wanted)
  const rungs = await rungsOf(api, channel.id)
  show(rungs, () => (rungs.length === 0 ? `'${plain(channel.name)}' has no rungs of its own yet.\n` : formatRungs(rungs)))
}

/** `sluice rung add CHANNEL NAME`: from a template, from flags, or both. */
export async function addRung({ api, show }: Context, wanted: string, name: string, flags: RungFlags): Promise<void> {
  const channel = await findChannel(api, wanted)
  const body = await newBody(api, flags)
  const rung = await api.post(paths.channelRungs(channel.id), { name, ...body }, Rung)
  show(rung, () => `Rung '${plain(rung.name)}' added to '${plain(channel.name)}'. It is encoded as soon as a running output takes it.\n`)
}

export const templatesOf = async (api: ApiClient): Promise<RungTemplate[]> =>
  (await api.get(paths.rungTemplates, pageOf(RungTemplate))).items

/** What a new rung or template is: from a template, from flags, or both. */
export async function newBody(api: ApiClient, flags: RungFlags): Promise<RungBody> {
  const base = flags.template === undefined ? null : pick('template', flags.template, await templatesOf(api))
  if (base === null && flags.picture !== false && (flags.height === undefined || flags.kbps === undefined)) {
    throw usageError('--height and --kbps are missing', 'Or start from a template: --template social-720')
  }
  return withFlags(api, base ?? { video: { codec: 'h264', height: 720, bitrateKbps: 3000, gopMs: 2000 } }, flags)
}

/** `sluice rung edit CHANNEL RUNG` */
export async function editRung({ api, show }: Context, wanted: string, rung: string, flags: RungFlags): Promise<void> {
  const channel = await findChannel(api, wanted)
  const found = pick('rung', rung, await rungsOf(api, channel.id))
  const body = { ...(flags.name === undefined ? {} : { name: flags.name }), ...(await withFlags(api, found, flags)) }
  const changed = await api.patch(paths.rung(found.id), body, Rung)
  show(changed, () => `Changed rung '${plain(changed.name)}'. Outputs on it keep their sessions.\n`)
}

/** `sluice rung rm CHANNEL RUNG` */
export async function removeRung({ api, show }: Context, wanted: string, rung: string): Promise<void> {
  const channel = await findChannel(api, wanted)
  const found = pick('rung', rung, await rungsOf(api, channel.id))
  await api.delete(paths.rung(found.id))
  show({ id: found.id, deleted: true }, () => `Deleted rung '${plain(found.name)}'.\n`)
}

/** `sluice output rung OUTPUT RUNG`: a live output moves at a key frame. */
export async function setOutputRung({ api, show }: Context, wanted: string, rung: string, flags: { channel?: string }): Promise<void> {
  const output = await findOutput(api, wanted, flags.channel)
  const changed = await api.patch(paths.output(output.id), { rung: await rungChoice(api, output.channelId, rung) }, Output)
  show(changed, () => `Output '${plain(changed.name)}' takes '${plain(rung)}' now. See the plan: sluice plan ${changed.channelId}\n`)
}

/** `sluice rung ladder CHANNEL STEP...`: what the player gets beside the source. */
export async function setLadder({ api, show }: Context, wanted: string, steps: readonly string[]): Promise<void> {
  const channel = await findChannel(api, wanted)
  const [first] = steps
  const isWord = steps.length === 1 && (first === 'off' || first === 'auto')
  const known = isWord ? [] : [...(await rungsOf(api, channel.id)), ...(await templatesOf(api))]
  const ladder = isWord ? first : steps.map((step) => pick('rung or template', step, known).id)
  const plan = await api.put(paths.channelLadder(channel.id), { ladder }, ChannelPlan)
  show(plan, () => `${plain(plan.player.warning ?? plan.player.reason)}\n`)
}

async function withFlags(api: ApiClient, { video, audio }: RungBody, flags: RungFlags): Promise<RungBody> {
  const { height, width, fps, kbps, gop, codec, fit, crop, hdr, overlay, audioCodec, audioKbps, audioTrack, channels, gain } = flags
  const picture = {
    ...(height === undefined ? {} : { height: numberOf('--height', height) }),
    ...(width === undefined ? {} : { width: numberOf('--width', width) }),
    ...(fps === undefined ? {} : { fps: numberOf('--fps', fps) }),
    ...(kbps === undefined ? {} : { bitrateKbps: numberOf('--kbps', kbps) }),
    ...(gop === undefined ? {} : { gopMs: Math.round(numberOf('--gop', gop) * 1000) }),
    ...(codec === undefined ? {} : { codec }),
    ...(fit === undefined ? {} : { fit }),
    ...(crop === undefined ? {} : { cropAt: numberOf('--crop', crop) }),
    ...(hdr === undefined ? {} : { hdr: hdr === 'off' ? undefined : hdr }),
    ...(overlay === undefined ? {} : { overlays: overlay === false ? [] : await overlaysOf(api, overlay) }),
  }
  const sound = {
    ...(audioCodec === undefined ? {} : { codec: audioCodec }),
    ...(audioKbps === undefined ? {} : { bitrateKbps: numberOf('--audio-kbps', audioKbps) }),
    ...(channels === undefined ? {} : { channels: numberOf('--channels', channels) }),
    ...(audioTrack === undefined ? {} : { track: numberOf('--audio-track', audioTrack) }),
    ...(gain === undefined ? {} : { gainDb: numberOf('--gain', gain) }),
  }
  const isPicture = Object.keys(picture).length > 0
  const isSound = Object.keys(sound).length > 0
  if (flags.picture === false && isPicture)
    throw usageError('--no-picture leaves nothing to encode of it: remove the other flags of the picture')
  if (flags.audio === false && isSound) throw usageError('--no-audio leaves nothing to encode of it: remove the other flags of the sound')
  // What was typed in is the API's to judge, and it says more of it than could be said here.
  return {
    video: flags.picture === false ? null : isPicture ? { ...(video ?? { codec: 'h264' }), ...picture } : video,
    audio: flags.audio === false ? null : isSound ? { ...(audio ?? { codec: 'aac', bitrateKbps: 128 }), ...sound } : audio,
  } as RungBody
}

async function overlaysOf(api: ApiClient, flags: readonly string[]) {
  const pictures = await picturesOf(api)
  return flags.map((text) => readOverlay(text, pictures))
}

export function numberOf(flag: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw usageError(`${flag} is '${text}', not a number`)
  return value
}
