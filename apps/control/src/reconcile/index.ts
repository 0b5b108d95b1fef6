export { type EngineHost, systemHost } from './engine-process.ts'
export { engineSettings } from './engine-settings.ts'
export type { ProcessLook } from './process-look.ts'
export { Reconciler } from './reconciler.ts'
