export { boundValue } from './bound-value.ts'
export { calmLog, logLevels } from './calm-log.ts'
export { cleanText } from './clean-text.ts'
export { type LogFields, type Logger, silentLogger } from './logger.ts'
