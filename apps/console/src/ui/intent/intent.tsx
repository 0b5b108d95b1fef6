import type { InputRole } from '@sluice/base/words'
import { createContext, type ReactNode, use, useEffect, useEffectEvent, useMemo } from 'react'

/** What one part of a page asks of another that it does not know: the attention row, a key or a row of a list may all ask the same. */
export type Intent =
  | { readonly kind: 'show-address'; readonly role: InputRole }
  | { readonly kind: 'show-input'; readonly role: InputRole }
  | { readonly kind: 'show-output' | 'replace-key' | 'retry'; readonly outputId: string }
  /** The output in this place of the list, from 1. */
  | { readonly kind: 'show-place'; readonly place: number }
  | { readonly kind: 'show-tab'; readonly tab: string }
  | { readonly kind: 'switch-to'; readonly role: InputRole }
  | { readonly kind: 'unlock' | 'rollback' | 'preflight' | 'rehearse' }

type Listener = (intent: Intent) => void
type Intents = { ask(intent: Intent): void; listen(listener: Listener): () => void }

const IntentContext = createContext<Intents | null>(null)

/** One for each page. */
export function IntentProvider({ children }: { children: ReactNode }) {
  const intents = useMemo(makeIntents, [])
  return <IntentContext value={intents}>{children}</IntentContext>
}

function makeIntents(): Intents {
  const listeners = new Set<Listener>()
  return {
    ask(intent) {
      for (const listener of [...listeners]) listener(intent)
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const nobody: Intents = { ask() {}, listen: () => () => {} }
const useIntents = (): Intents => use(IntentContext) ?? nobody

/** Asks whoever can do it. */
export const useAsk = (): ((intent: Intent) => void) => useIntents().ask

/** Does what is asked for by this kind, while mounted. */
export function useIntent<Kind extends Intent['kind']>(kind: Kind, run: (intent: Extract<Intent, { kind: Kind }>) => void): void {
  const { listen } = useIntents()
  const onIntent = useEffectEvent((intent: Intent) => {
    if (intent.kind === kind) run(intent as Extract<Intent, { kind: Kind }>)
  })
  useEffect(() => listen((intent) => onIntent(intent)), [listen])
}
