import type { EnhancedMode } from '@sluice/contract/api'
import { ProblemError, type ServiceContext } from '../index.ts'

/** Refuses Enhanced Broadcasting where the platform is none that has it. */
export function requireEnhanced(ctx: ServiceContext, mode: EnhancedMode, { platform, url }: { platform: string; url: string }): void {
  if (mode === 'off' || ctx.platform.catalogue.rulesFor(platform, url)?.enhancedBroadcasting === true) return
  throw new ProblemError('ENHANCED_UNSUPPORTED', 'This destination does not have Enhanced Broadcasting: of the catalogue, Twitch does.', [
    { path: 'enhanced', message: 'the destination’s catalogue entry does not have it' },
  ])
}
