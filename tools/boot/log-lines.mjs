const names = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' }
const colours = { warn: 33, error: 31, fatal: 31 }
/** Said by the line itself, or of no use to a person at a terminal. */
const hidden = new Set(['level', 'time', 'msg', 'process', 'pid', 'hostname', 'name'])

/** One JSON line of the log as a person reads it, `10:15:02 warn  sentence  key=value`; any other line as it is. */
export function formatLogLine(line, hasColour) {
  const entry = parse(line)
  if (entry === null) return line
  const level = names[entry.level] ?? String(entry.level)
  const word = level.padEnd(5)
  const colour = hasColour ? colours[level] : undefined
  const fields = Object.entries(entry)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const time = new Date(entry.time).toTimeString().slice(0, 8)
  return [`${time} ${colour === undefined ? word : `\x1b[${colour}m${word}\x1b[0m`} ${entry.msg}`, ...fields].join('  ')
}

/** Writes a stream's log lines to a terminal, each as it is whole. */
export function showLog(stream, terminal) {
  const hasColour = !process.env.NO_COLOR && process.env.TERM !== 'dumb'
  let rest = ''
  stream.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()
    for (const line of lines) terminal.write(`${formatLogLine(line, hasColour)}\n`)
  })
  stream.on('end', () => rest === '' || terminal.write(`${rest}\n`))
}

function parse(line) {
  if (!line.startsWith('{')) return null
  try {
    const entry = JSON.parse(line)
    return typeof entry.msg === 'string' && typeof entry.time === 'number' ? entry : null
  } catch {
    return null
  }
}
