import { loadAv } from './av/av.ts'
import { calibrate } from './ladder/calibrate.ts'

/** Measures what encoding costs here, writes one line of JSON (`Calibration` of the contract, or `{code, problem}`) and ends. */
async function main(): Promise<void> {
  const av = await loadAv()
  const answer = typeof av === 'string' ? { code: 'ENCODER_UNAVAILABLE', problem: av } : calibrate(av)
  process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0))
}

main().catch((error: unknown) => {
  const problem = error instanceof Error ? error.message : String(error)
  process.stdout.write(`${JSON.stringify({ code: 'ENCODER_NOT_MEASURED', problem })}\n`, () => process.exit(0))
})
