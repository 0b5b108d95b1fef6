import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { until } from '../support/wait.ts'

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

/** The same in light and in dark, with the scheme before each; the page ends in light. */
export async function seriousFindingsInBoth(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const isSettled = `document.documentElement.dataset.mantineColorScheme === '${colorScheme}' &&
      document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)`
    // Colours that are still on their way are nobody's.
    await until('the colours have settled', () => page.evaluate<boolean>(isSettled))
    for (const finding of await seriousFindings(page)) found.push(`${colorScheme}: ${finding}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  return found
}
