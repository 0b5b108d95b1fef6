/** What a request asks for: `/{playId}/{file}`, or `/{playId}/~{session}/{file}` within one playback. */
export type PlayPath = { readonly playId: string; readonly session: string | null; readonly file: string }

const playIdForm = /^[A-Za-z0-9_-]{1,64}$/
const sessionForm = /^~([A-Za-z0-9_-]{16,64})$/
const fileForm = /^[A-Za-z0-9_-]+\.[a-z0-9]+$/
const maxPathChars = 300

/** Null: no path of a package. The query is nobody's business here. */
export function readPlayPath(target: string): PlayPath | null {
  if (target.length > maxPathChars) return null
  const [, playId = '', ...rest] = target.split('?', 1)[0]!.split('/')
  const file = rest.pop() ?? ''
  const session = rest.length === 0 ? null : sessionForm.exec(rest[0]!)?.[1]
  if (!playIdForm.test(playId) || !fileForm.test(file) || session === undefined || rest.length > 1) return null
  return { playId, session, file }
}
