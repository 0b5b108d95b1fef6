export { engineEnv } from './engine-env.ts'
export { readSettings, type Setting, type Settings, settings } from './settings.ts'
