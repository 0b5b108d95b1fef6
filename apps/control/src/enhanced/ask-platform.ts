import { availableParallelism, freemem, totalmem } from 'node:os'
import { isPrivateHost } from '@sluice/base/address'
import { messageOf } from '@sluice/base/errors'
import {
  type ConfigurationAnswer,
  maxConfigurationBytes,
  type RequestToSend,
  readConfigurationAnswer,
  writeConfigurationRequest,
} from '@sluice/contract/enhanced-broadcasting'

/** As long as OBS waits. */
const timeoutMs = 5000

/** Why there is no configuration. `message` is for the operator and has no key in it. */
export type Refusal = { readonly code: 'ENHANCED_REFUSED' | 'ENHANCED_UNREACHABLE' | 'ENHANCED_ANSWER'; readonly message: string }
export type Asked = { readonly answer: ConfigurationAnswer; readonly refusal: null } | { readonly answer: null; readonly refusal: Refusal }

/** What is asked for; the machine is this one. */
export type Question = Omit<RequestToSend, 'machine' | 'maxKbps' | 'wantsVodAudio'>
export type AskPlatform = (question: Question) => Promise<Asked>

const refuse = (code: Refusal['code'], message: string): Asked => ({ answer: null, refusal: { code, message } })

/** Asks a platform's configuration service at `url`. Never rejects. `allowPrivate`: the service may be on this machine or network, and without TLS. */
export const askPlatform =
  ({ url, name, allowPrivate }: { url: string; name: string; allowPrivate: boolean }): AskPlatform =>
  async (question) => {
    const place = URL.parse(url)
    if (place === null || !/^https?:$/.test(place.protocol))
      return refuse('ENHANCED_UNREACHABLE', `${name}’s configuration address is not an http address.`)
    if (!allowPrivate && (place.protocol !== 'https:' || isPrivateHost(place.hostname)))
      return refuse(
        'ENHANCED_UNREACHABLE',
        `${name}’s configuration address is private or has no TLS, and private targets are not allowed here.`,
      )
    const machine = { cores: availableParallelism(), memoryBytes: totalmem(), freeBytes: freemem() }
    const body = writeConfigurationRequest({ ...question, maxKbps: null, wantsVodAudio: false, machine })
    let status: number
    let text: string | null
    try {
      const headers = { 'content-type': 'application/json', accept: 'application/json' }
      const response = await fetch(place, { method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
      status = response.status
      text = await readBounded(response)
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TimeoutError'
      const why = isLate ? `did not answer within ${timeoutMs / 1000} s` : `could not be asked: ${reasonOf(error)}`
      return refuse('ENHANCED_UNREACHABLE', `${name}’s configuration service ${why}.`)
    }
    if (text === null)
      return refuse('ENHANCED_ANSWER', `${name}’s configuration service sent more than ${maxConfigurationBytes / 1024} KiB.`)
    return judge(name, status, text, question)
  }

function judge(name: string, status: number, text: string, { canvas }: Question): Asked {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = null
  }
  const read = readConfigurationAnswer(json, canvas.fps)
  const own = read.answer === null ? read.message : read.answer.message
  const said = own === null ? '' : ` It says: ${own}`
  if (status !== 200) return refuse('ENHANCED_REFUSED', `${name}’s configuration service answered HTTP ${status}.${said}`)
  if (read.answer !== null) return { answer: read.answer, refusal: null }
  if (read.problem === 'refused') return refuse('ENHANCED_REFUSED', `${name} refuses Enhanced Broadcasting.${said}`)
  return refuse('ENHANCED_ANSWER', `${name}’s configuration can’t be followed: ${read.problem}.${said}`)
}

/** Null: it is too large. What comes after the bound is not read. */
async function readBounded(response: Response): Promise<string | null> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > maxConfigurationBytes) return null
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** What fetch means is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return messageOf(cause ?? error)
}
