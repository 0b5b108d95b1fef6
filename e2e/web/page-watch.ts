import type { Page } from 'playwright-core'

/** What a page has seen of itself since it was loaded. */
export type PageSeen = {
  /** Cumulative layout shift: of the worst five seconds, but for what follows a press within half a second. Spec: https://web.dev/articles/cls */
  shift: number
  /** The largest single shifts, with what moved. */
  shifts: string[]
  /** Colours that rows of outputs have had. */
  rowTones: string[]
}

/** Runs in the page before its own scripts. */
const watcher = `
  globalThis.seen = { shift: 0, shifts: [], rowTones: [] }
  const run = { sum: 0, fromMs: 0, lastMs: -Infinity }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue
      if (entry.startTime - run.lastMs > 1000 || entry.startTime - run.fromMs > 5000) Object.assign(run, { sum: 0, fromMs: entry.startTime })
      run.sum += entry.value
      run.lastMs = entry.startTime
      seen.shift = Math.max(seen.shift, run.sum)
      if (entry.value > 0.004) seen.shifts.push(entry.value.toFixed(3) + ' ' + entry.sources.map(({ node }) => node?.className || node?.nodeName).join(', '))
    }
  }).observe({ type: 'layout-shift', buffered: true })
  const look = () => {
    for (const row of document.querySelectorAll('[id^="output-"]')) {
      const tone = row.getAttribute('data-tone')
      if (tone !== null && !seen.rowTones.includes(tone)) seen.rowTones.push(tone)
    }
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-tone'] })
`

/** Has every page of the context watch its layout and its colours from the first moment on. */
export async function watchPage(page: Page): Promise<void> {
  await page.addInitScript(watcher)
}

export const seenBy = (page: Page): Promise<PageSeen> => page.evaluate<PageSeen>('globalThis.seen')

/** How far below the top of the page something begins, in px; null when it is not there. */
export const topOf = (page: Page, selector: string): Promise<number | null> =>
  page.evaluate<number | null>(
    `(() => { const found = document.querySelector(${JSON.stringify(selector)}); return found && Math.round(found.getBoundingClientRect().top + scrollY) })()`,
  )
