export { type Intent, IntentProvider, useAsk, useIntent } from './intent.tsx'
