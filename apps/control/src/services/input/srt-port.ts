import type { Tx } from '../../db/index.ts'
import { ProblemError, type ServiceContext } from '../index.ts'

/** The port that an input gets: the one that was asked for, or the first that is free. No two inputs of the deployment have the same. */
export async function srtPortFor(tx: Tx, ctx: ServiceContext, inputId: string, wanted: number | 'auto'): Promise<number> {
  const range = ctx.platform.srtInputPorts
  const refuse = (code: 'INPUT_PORT' | 'INPUT_PORT_TAKEN', message: string) =>
    new ProblemError(code, message, [{ path: 'srt.port', message }])
  if (range === null) throw refuse('INPUT_PORT', 'SLUICE_SRT_INPUT_PORTS is off: inputs cannot have their own SRT port.')
  const { low, high, not } = range
  if (wanted !== 'auto' && (wanted < low || wanted > high || not.includes(wanted))) {
    const why = not.includes(wanted) ? 'is the shared SRT port' : `is not one of ${low} to ${high} (SLUICE_SRT_INPUT_PORTS)`
    throw refuse('INPUT_PORT', `The port ${wanted} ${why}.`)
  }
  const rows = await tx.selectFrom('input').select('srt_port').where('srt_port', 'is not', null).where('id', '!=', inputId).execute()
  const taken = new Set([...not, ...rows.map((row) => row.srt_port)])
  if (wanted !== 'auto') {
    if (!taken.has(wanted)) return wanted
    throw refuse('INPUT_PORT_TAKEN', `The port ${wanted} belongs to another input.`)
  }
  for (let port = low; port <= high; port++) if (!taken.has(port)) return port
  throw refuse('INPUT_PORT_TAKEN', `All ports from ${low} to ${high} belong to other inputs.`)
}
