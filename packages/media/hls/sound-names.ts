import type { AudioTrack } from '@sluice/codecs/frame'

/** What the operator says of a track of sound, over what its source says. */
export type SoundLabel = { readonly track: number; readonly language?: string | undefined; readonly name?: string | undefined }
export type SoundName = { readonly name: string; readonly language?: string }

/** Names of the sounds of one group, all different, as viewers read them in a menu: the operator's own, else the language in its own words, else a number. */
export function soundNames(tracks: readonly (AudioTrack | undefined)[], labels: readonly SoundLabel[]): SoundName[] {
  const taken = new Set<string>()
  return tracks.map((track, at) => {
    const label = labels.find((one) => one.track === track?.id)
    const language = label?.language ?? track?.language
    const plain = label?.name ?? (language === undefined ? undefined : languageName(language)) ?? (at === 0 ? 'Audio' : `Audio ${at + 1}`)
    let name = plain
    for (let again = 2; taken.has(name); again++) name = `${plain} ${again}`
    taken.add(name)
    return { name, ...(language === undefined ? {} : { language }) }
  })
}

/** `de` is `Deutsch`. A tag that nobody knows stands for itself. */
function languageName(language: string): string | undefined {
  try {
    const name = new Intl.DisplayNames([language], { type: 'language' }).of(language)
    return name === undefined ? undefined : name.slice(0, 1).toLocaleUpperCase(language) + name.slice(1)
  } catch {
    return undefined
  }
}
