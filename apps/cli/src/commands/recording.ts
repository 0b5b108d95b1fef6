import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Channel, paths, Recording } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { findChannel, pick } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatRecording, formatRecordings } from '../show/recording.ts'
import { plain } from '../show/text.ts'

export type DownloadFlags = { readonly to?: string; readonly from?: string; readonly until?: string; readonly exact?: boolean }
export type RecordingFlags = { readonly mode?: string; readonly keep?: string }

const findRecording = async ({ api }: Context, wanted: string): Promise<Recording> =>
  pick('recording', wanted, await api.list(paths.recordings, Recording))

/** `sluice recording list [CHANNEL]` */
export async function listRecordings({ api, show }: Context, channel: string | undefined): Promise<void> {
  const path = channel === undefined ? paths.recordings : paths.channelRecordings((await findChannel(api, channel)).id)
  const recordings = await api.list(path, Recording)
  show(recordings, () => (recordings.length === 0 ? 'There is no recording yet.\n' : formatRecordings(recordings)))
}

/** `sluice recording start CHANNEL` */
export async function startRecording({ api, show }: Context, wanted: string): Promise<void> {
  const { id } = await findChannel(api, wanted)
  const recording = await api.post(paths.channelRecordings(id), undefined, Recording)
  show(recording, () => formatRecording(recording))
}

/** `sluice recording stop RECORDING` */
export async function stopRecording(context: Context, wanted: string): Promise<void> {
  const { id } = await findRecording(context, wanted)
  const recording = await context.api.post(paths.recordingStop(id), undefined, Recording)
  context.show(recording, () => `Stopped '${plain(recording.name)}'. It is ready once it was checked.\n`)
}

/** `sluice recording set CHANNEL`: what a channel records, and how long it is kept. */
export async function setRecording({ api, show }: Context, wanted: string, { mode, keep }: RecordingFlags): Promise<void> {
  if (mode !== undefined && mode !== 'off' && mode !== 'always') throw usageError(`--mode is '${mode}', not off or always`)
  if (keep !== undefined && keep !== 'forever' && !/^[1-9]\d{0,3}$/.test(keep))
    throw usageError(`--keep is '${keep}', not a number of days or forever`)
  const { id, name } = await findChannel(api, wanted)
  const patch = {
    ...(mode === undefined ? {} : { mode }),
    ...(keep === undefined ? {} : { keepDays: keep === 'forever' ? null : Number(keep) }),
  }
  const { recording } = await api.patch(paths.channel(id), { recording: patch }, Channel)
  const kept = recording.keepDays === null ? 'for good' : `for ${recording.keepDays} days`
  const what = recording.mode === 'always' ? 'Every broadcast is recorded' : 'Nothing is recorded unless somebody starts it'
  show(recording, () => `'${plain(name)}': ${what}. Recordings are kept ${kept}.\n`)
}

/** `sluice recording pin|unpin RECORDING` */
export async function pinRecording(context: Context, wanted: string, pinned: boolean): Promise<void> {
  const { id } = await findRecording(context, wanted)
  const recording = await context.api.patch(paths.recording(id), { pinned }, Recording)
  const then = pinned ? 'is never deleted by itself' : 'is deleted when its days are over'
  context.show(recording, () => `'${plain(recording.name)}' ${then}.\n`)
}

/** `sluice recording download RECORDING`: the whole file or none, under the name it is to have. */
export async function downloadRecording(context: Context, wanted: string, { to, from, until, exact }: DownloadFlags): Promise<void> {
  const { id, name } = await findRecording(context, wanted)
  const file = to ?? `${name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '-')}.mp4`
  const query = new URLSearchParams({
    ...(from === undefined ? {} : { fromMs: String(readPositionMs('--from', from)) }),
    ...(until === undefined ? {} : { toMs: String(readPositionMs('--until', until)) }),
    ...(exact === true ? { exact: 'true' } : {}),
  })
  const answer = await context.api.send('GET', `${paths.recordingDownload(id)}?${query}`)
  if (answer.body === null) throw usageError('the server sent no file')
  try {
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(file, { flags: 'wx' }))
  } catch (error) {
    // A file that was there stays.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(file, { force: true })
    throw (error as NodeJS.ErrnoException).code === 'EEXIST'
      ? usageError(`${file} exists already`, 'Choose another name with --to.')
      : error
  }
  context.show({ id, file }, () => `Saved '${plain(name)}' as ${file}.\n`)
}

/** `sluice recording rm RECORDING` */
export async function removeRecording(context: Context, wanted: string, { yes = false }: { readonly yes?: boolean }): Promise<void> {
  const { io, api, show } = context
  const { id, name } = await findRecording(context, wanted)
  if (!yes) {
    if (!io.stdinIsTty) throw usageError('the recording and its files are gone for good', 'Add --yes to skip the confirmation.')
    const answer = await io.ask(`Delete recording '${plain(name)}' with its files? [y/N] `, false)
    if (!/^y(es)?$/i.test(answer.trim())) return
  }
  await api.delete(paths.recording(id))
  show({ id, deleted: true }, () => `Deleted recording '${plain(name)}'.\n`)
}

/** `90`, `1:30`, `2:01:30`: seconds, minutes and hours of the recording. */
function readPositionMs(flag: string, text: string): number {
  if (!/^(\d+:)?(\d+:)?\d+(\.\d+)?$/.test(text)) throw usageError(`${flag} is '${text}', not a place like 90, 1:30 or 2:01:30`)
  return Math.round(text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000)
}
