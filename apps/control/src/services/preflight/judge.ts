import type { ChannelPlan, PreflightOutput } from '@sluice/contract/api'
import type { OutputActual } from '@sluice/contract/link'
import type { PolicyOverride, PolicyViolation } from '@sluice/contract/policy'
import { type AddressSecrets, wholeAddress } from '../../destinations/index.ts'
import {
  type KeptTarget,
  liveProof,
  mediaChecks,
  networkChecks,
  policyCheck,
  probeDepth,
  type SourceFacts,
  type SourceLimits,
  targetChecks,
  worstOf,
} from '../../preflight/index.ts'
import type { ServiceContext } from '../index.ts'
import type { Sight } from './sight.ts'

/** A destination as preflight takes it, whether it is kept or only typed in. */
export type Candidate = KeptTarget & {
  outputId: string | null
  name: string
  limits: SourceLimits
  standing: { overrides: PolicyOverride[]; violations: PolicyViolation[] }
  tlsVerify: boolean
  /** What was taken out of the address. */
  secrets: AddressSecrets
  actual: OutputActual | null
}

/** All checks of one destination. The network is asked only for an address that can work. */
export async function judgeCandidate(
  ctx: ServiceContext,
  sight: Sight,
  candidate: Candidate,
  channelId: string | null,
  source: SourceFacts | null,
  plan: ChannelPlan | null = null,
): Promise<PreflightOutput> {
  const { catalogue, allowPrivateTargets, clock } = ctx.platform
  const rules = catalogue.rulesFor(candidate.platform, candidate.url)
  const kept = targetChecks(candidate, rules, { allowPrivateTargets, nowMs: clock.wallMs() })
  const canWork = kept.every((one) => one.check !== 'url' || one.verdict === 'pass')
  const network = canWork ? await tryOut(ctx, sight, candidate, channelId) : []
  const checks = [...kept, ...network, ...policyCheck(candidate.standing), ...mediaChecks(candidate, { rules, source, plan })]
  const { outputId, name, platform } = candidate
  // One that can't be taken apart may hold a key: it is judged, and not shown.
  const url = canWork ? candidate.url : ''
  return { outputId, name, platform, url, class: candidate.limits.class, verdict: worstOf(checks.map((one) => one.verdict)), checks }
}

async function tryOut(ctx: ServiceContext, sight: Sight, candidate: Candidate, channelId: string | null) {
  const { actual, url, streamKey, tlsVerify, secrets } = candidate
  const proof = liveProof(actual)
  if (proof !== null) return [proof]
  const { catalogue } = ctx.platform
  const depth = probeDepth(catalogue, catalogue.rulesFor(candidate.platform, url), url, actual)
  return networkChecks(await sight.probe(channelId, { url: wholeAddress(url, secrets), streamKey, tlsVerify, depth }), actual)
}
