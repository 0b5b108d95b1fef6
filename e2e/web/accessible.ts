import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Finding = { id: string; impact: string | null; help: string; nodes: { target: string[]; failureSummary?: string }[] }

/** What axe-core finds on the page that keeps people out: `serious` and `critical` alone, a line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Evaluated and not added as a script: the page's own policy would refuse that.
  const run = `${axe}; axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`
  const found = await page.evaluate<Finding[]>(run)
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary ?? ''})`).join('; ')}`,
    )
}
