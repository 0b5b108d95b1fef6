import { type Browser, chromium } from 'playwright-core'
import { chromiumPath } from './needs.ts'

/** The system's Chromium, without a window and without talking to anybody but the page under test. */
export function openBrowser(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic']
  return chromium.launch({ executablePath: chromiumPath ?? '', args: ['--headless', '--no-sandbox', '--disable-gpu', ...quiet] })
}
