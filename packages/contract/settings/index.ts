export { engineEnv, engineMallocEnv, engineNodeFlags, viewersNodeFlags } from './engine-env.ts'
export { type PortRange, parsePortRange } from './port-range.ts'
export { readSettings, type Setting, type Settings, settings } from './settings.ts'
