import { Button } from '@mantine/core'
import { type InputRole, rankOf, roleName } from '@sluice/base/words'
import type { Channel } from '@sluice/contract/api'
import { useState } from 'react'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { formatSpan } from '../../../ui/format/index.ts'
import { useIntent } from '../../../ui/intent/index.ts'
import { useSwitchSource } from '../use-inputs.ts'

/** Switches the channel to this input once, after a question. */
export function SwitchToInput({ channel, role }: { channel: Channel; role: InputRole }) {
  const [isAsking, setAsking] = useState(false)
  const switchTo = useSwitchSource(channel.id)
  useIntent('switch-to', (intent) => intent.role === role && setAsking(true))
  const name = roleName(role)
  const after =
    rankOf(role) > 0
      ? `A higher-priority input takes over after it has been clean for ${formatSpan(channel.failover.holdMs)}.`
      : 'The other inputs stay ready and take over if the primary fails.'
  return (
    <div>
      <Button variant="default" size="compact-md" h={32} px={6} fz={13} onClick={() => setAsking(true)}>
        Switch to {name}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={`Switch to the ${name}?`}
        action={`Switch to ${name}`}
        isBusy={switchTo.isPending}
        error={switchTo.error}
        onConfirm={() => switchTo.mutate(role, { onSuccess: () => setAsking(false) })}
        onClose={() => setAsking(false)}
      >
        All outputs switch to the {name} at once and stay connected. {after}
      </ConfirmDialog>
    </div>
  )
}
