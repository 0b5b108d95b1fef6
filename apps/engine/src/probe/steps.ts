import type { ProbeStep, ProbeStepName } from '@sluice/contract/link'

const expected: Readonly<Record<ProbeStepName, string>> = {
  dns: 'a host name with a public address',
  tcp: 'a server that accepts the connection',
  tls: 'a trusted certificate for this host name, with 14 days or more left',
  handshake: 'a server that speaks the protocol and knows the application',
  publish: 'a server that accepts this stream key',
}

const stepWith =
  (verdict: ProbeStep['verdict']) =>
  (step: ProbeStepName, found: string, fix: string | null = null): ProbeStep => ({ step, verdict, found, expected: expected[step], fix })

export const passed = stepWith('pass')
export const warned = stepWith('warn')
export const failed = stepWith('fail')
/** Not tried; `found` says why. */
export const skipped = stepWith('skip')
