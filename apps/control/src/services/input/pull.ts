import { checkSource } from '../../destinations/index.ts'
import type { InputRow } from '../channel/index.ts'
import { ProblemError, type ServiceContext } from '../index.ts'

const place = (inputId: string) => ({ table: 'input', column: 'pull_sealed', row: inputId })

/** Columns of an input that calls `url`. Refuses what can't be called, or must not be reached. */
export function pullColumns(ctx: ServiceContext, inputId: string, url: string): Pick<InputRow, 'pull_url' | 'pull_sealed'> {
  const source = checkSource(url, ctx.platform.allowPrivateTargets)
  if ('code' in source) throw new ProblemError(source.code, source.message, [{ path: 'pull.url', message: source.message }])
  return { pull_url: source.url, pull_sealed: ctx.platform.vault.seal(place(inputId), source.whole) }
}
