import { Button } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { type InputRole, rankOf, roleName } from '@sluice/contract/link'
import { IconSwitch3 } from '@tabler/icons-react'
import { useState } from 'react'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { formatSpan } from '../../../ui/format/index.ts'
import { useTakeSource } from '../use-inputs.ts'

/** Takes the other input to the air once, after a question. */
export function TakeInput({ channel, role }: { channel: Channel; role: InputRole }) {
  const [isAsking, setAsking] = useState(false)
  const take = useTakeSource(channel.id)
  const name = roleName(role)
  const after =
    rankOf(role) > 0
      ? `An input above it comes back by itself once it was clean for ${formatSpan(channel.failover.holdMs)}.`
      : 'The others stay warm and take over again if the primary fails.'
  return (
    <div>
      <Button
        variant="default"
        size="compact-md"
        fz="sm"
        leftSection={<IconSwitch3 size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        Take {name}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={`Take the ${name} to the air?`}
        action={`Take ${name}`}
        isBusy={take.isPending}
        error={take.error}
        onConfirm={() => take.mutate(role, { onSuccess: () => setAsking(false) })}
        onClose={() => setAsking(false)}
      >
        All outputs get the {name} input at once and stay connected. {after}
      </ConfirmDialog>
    </div>
  )
}
