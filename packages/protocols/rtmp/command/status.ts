import { type AmfObject, type AmfValue, isAmfObject } from '../amf0/index.ts'

export type StatusLevel = 'status' | 'warning' | 'error'

/** The information object of an onStatus, or of an answer to connect. Texts are as the far end sent them: they may hold a stream key. */
export type Status = { level: StatusLevel; code: string; description: string; properties: AmfObject }

/**
 * The last object among `args` that has a code or a description, which is where every server puts it. Null when there is none.
 * A level that is not one of the three counts as an error exactly if the code says so. Spec: RTMP 1.0 §7.2.2
 */
export function readStatus(args: readonly AmfValue[]): Status | null {
  for (const arg of args.toReversed()) {
    if (arg === undefined || !isAmfObject(arg)) continue
    const code = textOf(arg['code'])
    const description = textOf(arg['description'])
    if (code === '' && description === '') continue
    return { level: levelOf(arg['level'], code), code, description, properties: arg }
  }
  return null
}

/** The information object for a status that we send. */
export const statusObject = (level: StatusLevel, code: string, description: string): AmfObject => ({ level, code, description })

const textOf = (value: AmfValue): string => (typeof value === 'string' ? value : '')

function levelOf(level: AmfValue, code: string): StatusLevel {
  if (level === 'status' || level === 'warning' || level === 'error') return level
  return /fail|reject|denied|invalid|badname|notfound|unauthori[sz]ed/i.test(code) ? 'error' : 'status'
}
