/** Asks the media's own server what is on right now: that scales as playlists do. Null: no answer that makes sense. */
export async function askNow(hlsUrl: string, signal: AbortSignal): Promise<'live' | 'slate' | 'off' | null> {
  try {
    const response = await fetch(new URL('now.json', hlsUrl), { signal, credentials: 'omit' })
    const answer: unknown = response.ok ? await response.json() : null
    const now = typeof answer === 'object' && answer !== null && 'now' in answer ? answer.now : null
    return now === 'live' || now === 'slate' || now === 'off' ? now : null
  } catch {
    return null
  }
}
