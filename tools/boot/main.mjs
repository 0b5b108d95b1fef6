// The door of `npm start`, `npm test`, `npm run check` and `npm run demo`. Plain JavaScript without static imports, so that an old
// Node gets as far as saying that it is old; everything behind it needs Node 20, and what it starts needs Node 24.
const oldestMajor = 20
const major = Number(process.versions.node.split('.')[0])

if (major < oldestMajor) {
  process.stderr.write(
    `sluice: this is Node ${process.versions.node}; Sluice needs Node ${oldestMajor} or newer to set itself up.\n` +
      '        Debian 13: apt install nodejs npm. Otherwise see https://nodejs.org/en/download.\n',
  )
  process.exitCode = 1
} else {
  const { runVerb } = await import('./verbs.mjs')
  process.exitCode = await runVerb(process.argv[2] ?? '', process.argv.slice(3))
}
