import type { TriageAction } from '@sluice/contract/api'

const words: Readonly<Record<TriageAction['kind'], string>> = {
  'show-address': 'Show address',
  'replace-key': 'Replace key',
  retry: 'Retry now',
  'show-output': 'Show output',
  unlock: 'Unlock',
  'show-latency': 'Show latency',
  'show-encodes': 'Show encodes',
  'show-steps': 'Show details',
}

/** What the one action of a problem is called. */
export const actionLabel = ({ kind, role }: TriageAction): string =>
  kind === 'show-address' && role !== null ? `Show ${role.replace(/^backup(?=\d)/, 'backup ')} address` : words[kind]

/** The part of a channel's address that has its page do what is to be done first. */
export const firstActionHash = 'first'
