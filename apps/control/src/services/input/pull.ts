import type { ProblemCode } from '@sluice/contract/errors'
import { checkTarget, isSrtListener, parseTargetUrl } from '../../destinations/index.ts'
import type { InputRow } from '../channel/index.ts'
import type { ServiceContext } from '../context.ts'
import { ProblemError } from '../problem.ts'

const place = (inputId: string) => ({ table: 'input', column: 'pull_sealed', row: inputId })

/** Columns of an input that calls `url`. Refuses what is no SRT listener, or must not be reached. */
export function pullColumns(ctx: ServiceContext, inputId: string, url: string): Pick<InputRow, 'pull_url' | 'pull_sealed'> {
  const refuse = (code: ProblemCode, message: string): ProblemError => new ProblemError(code, message, [{ path: 'pull.url', message }])
  const target = checkTarget({ url, streamKey: '' }, ctx.platform.allowPrivateTargets)
  if ('code' in target) {
    // Only RTMP needs a key; that it is RTMP is what is wrong here.
    if (target.code !== 'DESTINATION_KEY' || url.startsWith('srt:')) throw refuse(target.code, target.message)
    throw refuse('DESTINATION_URL', 'An input calls srt:// addresses only.')
  }
  const parsed = parseTargetUrl(target.url)
  if ('problem' in parsed || parsed.scheme !== 'srt') throw refuse('DESTINATION_URL', 'An input calls srt:// addresses only.')
  if (isSrtListener(parsed)) {
    throw refuse(
      'DESTINATION_URL',
      'The address waits for a caller (mode=listener): an input calls. Encoders that call reach its own SRT address.',
    )
  }
  const secrets = [
    ...(target.streamKey === '' ? [] : [`streamid=${encodeURIComponent(target.streamKey)}`]),
    ...(target.passphrase === null ? [] : [`passphrase=${encodeURIComponent(target.passphrase)}`]),
  ]
  const whole = secrets.length === 0 ? target.url : `${target.url}${target.url.includes('?') ? '&' : '?'}${secrets.join('&')}`
  return { pull_url: target.url, pull_sealed: ctx.platform.vault.seal(place(inputId), whole) }
}
