import { paths } from '@sluice/contract/api'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { keys } from './keys.ts'

/** As long as a group of pictures takes, about: a new picture is a new key frame. */
const everyMs = 4000
/** The first one is still to be drawn. */
const firstMs = 1500
const keptMs = 60_000

type Fetched = { readonly picture: Blob; readonly tag: string; readonly takenAtMs: number }
/** A picture of what a channel has on the air; `url` is for an `img`. */
type Thumbnail = { readonly url: string; readonly takenAtMs: number }

/** `fresh`: a new one every few seconds; `known`: what another page has fetched in the last minute, and nothing is drawn for it. */
type ThumbnailWish = 'fresh' | 'known' | 'none'

/** A small picture of the channel's programme. Null: none yet. */
export function useThumbnail(channelId: string, wish: ThumbnailWish): Thumbnail | null {
  const { data } = useQuery({
    queryKey: keys.thumbnail(channelId),
    queryFn: () => fetchThumbnail(channelId),
    enabled: wish === 'fresh',
    gcTime: keptMs,
    refetchInterval: ({ state }) => (state.data == null ? firstMs : everyMs),
    retry: false,
    // A picture that has not changed is not decoded again; only its time is new.
    structuralSharing: (before, now) => {
      const [old, next] = [before as Fetched | null | undefined, now as Fetched | null]
      return old != null && next !== null && old.tag === next.tag ? { ...next, picture: old.picture } : next
    },
  })
  const picture = wish === 'none' ? null : (data?.picture ?? null)
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    const made = picture === null ? null : URL.createObjectURL(picture)
    setUrl(made)
    return () => {
      if (made !== null) URL.revokeObjectURL(made)
    }
  }, [picture])
  return url === null || data == null ? null : { url, takenAtMs: data.takenAtMs }
}

async function fetchThumbnail(channelId: string): Promise<Fetched | null> {
  const response = await fetch(paths.channelThumbnail(channelId), { credentials: 'same-origin' })
  // Off the air, or not drawn yet; a session that is over is found by the calls that somebody made.
  if (response.status >= 400 && response.status < 500) return null
  if (!response.ok) throw new Error(`thumbnail: ${response.status}`)
  const { headers } = response
  const takenAtMs = Date.parse(headers.get('last-modified') ?? '')
  return { picture: await response.blob(), tag: headers.get('etag') ?? '', takenAtMs }
}
