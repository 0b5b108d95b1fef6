import type { TriageAction } from '@sluice/contract/api'
import { type Intent, useAsk } from '../../ui/intent/index.ts'
import { actionLabel } from '../../ui/triage/index.ts'

export type ShownAction = { readonly label: string; run(): void; readonly isQuiet: boolean }

/** What the one action of a problem is called, and what it does. Looking at something is quiet; nothing else on the page is filled. */
export function useTriageAction(action: TriageAction | null, canWrite: boolean): ShownAction | null {
  const ask = useAsk()
  if (action === null) return null
  const intent = intentOf(action)
  const isLook = action.kind.startsWith('show-') && action.kind !== 'show-address'
  if (intent === null || (!canWrite && !isLook)) return null
  return { label: actionLabel(action), run: () => ask(intent), isQuiet: isLook }
}

function intentOf({ kind, role, outputId }: TriageAction): Intent | null {
  switch (kind) {
    case 'show-address':
      return role === null ? null : { kind, role }
    case 'replace-key':
    case 'retry':
    case 'show-output':
      return outputId === null ? null : { kind, outputId }
    case 'unlock':
      return { kind }
    case 'show-latency':
      return { kind: 'show-tab', tab: 'latency' }
    case 'show-encodes':
      return { kind: 'show-tab', tab: 'encodes' }
    case 'show-steps':
      return { kind: 'show-tab', tab: 'readiness' }
  }
}
