import { type Setting, settings } from '@sluice/contract/settings'

/** `docs/settings.md`: one row for each setting. */
export function formatSettingsPage(): string {
  const rows = Object.values<Setting>(settings).map((setting) => [
    `\`${setting.env}\``,
    `\`${setting.flag}\``,
    setting.fallback === null ? '' : `\`${setting.fallback}\``,
    setting.about,
  ])
  const table = [['Variable', 'Flag', 'Default', 'Meaning'], ['---', '---', '---', '---'], ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  )
  return `${intro}\n${table.join('\n')}\n`
}

const intro = `# Settings

<!-- Made by \`npm run generate\` from packages/contract/settings: change it there. -->

Each setting is a flag (\`npm start -- --http-port 9000\`) or an environment variable (\`SLUICE_HTTP_PORT=9000\`) of the same
meaning. Flags win over the environment, which wins over the defaults. Give secrets by the environment: flags are visible in
the process list.
`
