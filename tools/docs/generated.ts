import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { formatHoldersPage } from '../holders/holders-page.ts'
import { formatErrorsPage } from './errors-page.ts'
import { formatRolesPage } from './roles-page.ts'
import { formatSettingsPage } from './settings-page.ts'
import { formatVerdictsPage } from './verdicts-page.ts'

/** The pages that are made from the code, by their path from the root. */
const generated: Readonly<Record<string, (rootDir: string) => string>> = {
  'docs/settings.md': formatSettingsPage,
  'docs/errors.md': formatErrorsPage,
  'docs/holders.md': formatHoldersPage,
  'docs/verdicts.md': formatVerdictsPage,
  'docs/roles.md': formatRolesPage,
}

/** Pages that differ from what the code gives now: one line each. */
export function findStaleFiles(rootDir: string): string[] {
  return Object.entries(generated).flatMap(([file, format]) => {
    const place = path.join(rootDir, file)
    const isFresh = existsSync(place) && readFileSync(place, 'utf8') === format(rootDir)
    return isFresh ? [] : [`${file}: not as the code gives it: run \`npm run generate\``]
  })
}

/** Writes all generated pages. */
function writeGenerated(rootDir: string): void {
  for (const [file, format] of Object.entries(generated)) writeFileSync(path.join(rootDir, file), format(rootDir))
}

if (import.meta.main) writeGenerated(path.resolve(import.meta.dirname, '../..'))
