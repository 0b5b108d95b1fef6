export type { App } from './app.ts'
export { createServer } from './server.ts'
