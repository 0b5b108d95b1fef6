export { rtmpsCertificate } from './certificate.ts'
export { openDataDir } from './data-dir.ts'
export { listen } from './listen.ts'
export { createLogger } from './logger.ts'
