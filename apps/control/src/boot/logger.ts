import { PolicyError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { pino } from 'pino'

const levels = ['debug', 'info', 'warn', 'error']

/** Control's log: JSON lines on the standard error, so that the standard output stays for people. */
export function createLogger(level: string): Logger {
  if (!levels.includes(level)) {
    const found = `--log-level (SLUICE_LOG_LEVEL) is '${level}', not ${levels.join(', ')}`
    throw new PolicyError('SETTING_VALUE', '--log-level', levels.join(', '), found)
  }
  return pino({ level, base: { process: 'control' } }, pino.destination({ fd: 2, sync: true }))
}
