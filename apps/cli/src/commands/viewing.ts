import { Channel, paths, type SoundLabel, SoundLabel as SoundSchema, type ViewingPatch } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { plain } from '../show/text.ts'

export type ViewingFlags = { readonly latency?: string; readonly sound?: readonly string[]; readonly noSounds?: boolean }

/** `sluice viewing CHANNEL`: how it is played, or another way to. */
export async function viewing({ api, show }: Context, wanted: string, flags: ViewingFlags): Promise<void> {
  const found = await findChannel(api, wanted)
  const patch = patchOf(flags, found.playback.viewing.sounds)
  const channel = Object.keys(patch).length === 0 ? found : await api.patch(paths.channel(found.id), { viewing: patch }, Channel)
  show(channel.playback.viewing, () => formatViewing(channel))
}

function patchOf({ latency, sound, noSounds = false }: ViewingFlags, before: readonly SoundLabel[]): ViewingPatch {
  if (latency !== undefined && latency !== 'low' && latency !== 'relaxed') {
    throw usageError(
      `--latency is '${latency}', not low or relaxed`,
      'low: about 2 s behind live; relaxed: about 4 s, with half of the requests',
    )
  }
  const named = (sound ?? []).map(soundOf)
  const kept = noSounds ? [] : before.filter(({ track }) => !named.some((one) => one.track === track))
  return { ...(latency === undefined ? {} : { latency }), ...(sound === undefined && !noSounds ? {} : { sounds: [...kept, ...named] }) }
}

/** `1=de:Deutsch`, `1=de`, `1=:Commentary`. */
function soundOf(text: string): SoundLabel {
  const [, track, language, name] = /^(\d+)=([^:]*)(?::(.*))?$/.exec(text) ?? []
  const read = SoundSchema.safeParse({ track: Number(track ?? Number.NaN), ...(language ? { language } : {}), ...(name ? { name } : {}) })
  if (!read.success) throw usageError(`--sound is '${text}'`, 'Write the track, then its language, then its name: 1=de:Deutsch')
  return read.data
}

function formatViewing({ name, playback: { viewing: how } }: Channel): string {
  const latency =
    how.latency === 'low' ? 'low: parts of 0.5 s, viewers about 2 s behind live' : 'relaxed: parts of 1 s, viewers about 4 s behind live'
  const sounds = how.sounds.map(
    ({ track, language, name: label }) =>
      `  audio ${track}: ${[language, label]
        .filter(Boolean)
        .map((one) => plain(one!))
        .join(', ')}\n`,
  )
  return `${plain(name)}\n  latency ${latency}\n${sounds.length === 0 ? '  audio tracks go by what the source says\n' : sounds.join('')}`
}
