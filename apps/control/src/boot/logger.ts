import { writeSync } from 'node:fs'
import { systemClock } from '@sluice/base/clock'
import { PolicyError } from '@sluice/base/errors'
import { calmLog, type Logger, logLevels } from '@sluice/base/log'
import { pino } from 'pino'

/** A line that can't be written, for want of disk or because nobody reads it any more, is lost: a log is no reason to end. */
function writeLine(line: string): void {
  try {
    writeSync(2, line)
  } catch {
    // There is no other place to tell it.
  }
}

/** Control's log: JSON lines on the standard error, so that the standard output stays for people. */
export function createLogger(level: string): Logger {
  const lowest = logLevels.find((one) => one === level)
  if (lowest === undefined) {
    const found = `--log-level (SLUICE_LOG_LEVEL) is '${level}', not ${logLevels.join(', ')}`
    throw new PolicyError('SETTING_VALUE', '--log-level', logLevels.join(', '), found)
  }
  return calmLog(pino({ level, base: { process: 'control' } }, { write: writeLine }), systemClock, lowest)
}
