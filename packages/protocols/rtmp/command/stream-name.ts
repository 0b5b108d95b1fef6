/** Where a publisher or player wants to go, taken apart. `app` has no slashes at its ends, `query` no question mark. */
export type StreamAddress = { app: string; name: string; query: string }

/**
 * Takes apart what encoders put into connect's `app` and publish's or play's name:
 * - `live` and `key?a=b` (ffmpeg and OBS with server `rtmp://host/live`): the name's query is ours, not part of the name.
 * - `live?backup=1` and `key` (YouTube's form): the app's query goes before the name's.
 * - `live/key` and an empty name (OBS with the whole URL as server and no key): the last part of the app is the name.
 * - `app/inst` and `key` (`rtmp://host/app/inst/key`: ffmpeg and librtmp both cut behind the second part): app stays whole.
 */
export function resolveStream(connectApp: string, streamName: string): StreamAddress {
  const [appPath, appQuery] = splitQuery(connectApp)
  const [path, nameQuery] = splitQuery(streamName)
  const query = [appQuery, nameQuery].filter((part) => part !== '').join('&')
  const app = trimSlashes(appPath)
  const name = trimSlashes(path)
  if (name !== '') return { app, name, query }
  const cut = app.lastIndexOf('/')
  return cut < 0 ? { app, name, query } : { app: app.slice(0, cut), name: app.slice(cut + 1), query }
}

function splitQuery(text: string): [string, string] {
  const at = text.indexOf('?')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function trimSlashes(text: string): string {
  let from = 0
  let end = text.length
  while (from < end && text[from] === '/') from++
  while (end > from && text[end - 1] === '/') end--
  return text.slice(from, end)
}
