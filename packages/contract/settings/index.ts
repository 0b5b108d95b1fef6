export { readSettings, type Setting, type Settings, settings } from './settings.ts'
