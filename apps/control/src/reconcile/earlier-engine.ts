import { rankOf } from '@sluice/base/words'
import type { ChannelSpec, SourceCommand } from '@sluice/contract/link'

/** An engine from before there were further backups knows these many inputs. */
const inputsKnown = 2

/** The ability that an engine needs to do what is asked. */
export function abilityFor(command: SourceCommand): 'source' | 'inputs' | 'shadow' {
  if (command.do === 'rehearse-shadow') return 'shadow'
  return command.do === 'take' && rankOf(command.role) >= inputsKnown ? 'inputs' : 'source'
}

/**
 * A spec as the engine can read it: one that does not name the ability `inputs` gets primary and backup alone, and no lock on another.
 * Such an engine stays only while it is on the air: idle, it is replaced.
 */
export function specFor(spec: ChannelSpec, abilities: readonly string[]): ChannelSpec {
  if (abilities.includes('inputs')) return spec
  const { lock } = spec.source
  const isKnown = lock === 'auto' || rankOf(lock) < inputsKnown
  return {
    ...spec,
    inputs: spec.inputs.filter(({ role }) => rankOf(role) < inputsKnown),
    source: { ...spec.source, lock: isKnown ? lock : 'auto' },
  }
}
