import { Button } from '@mantine/core'
import { roleName } from '@sluice/base/words'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan } from '../../../live/index.ts'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import type { Input } from '../input-look.ts'
import { usePatchInput } from '../use-inputs.ts'

/** A new stream key in place of one that may be known to others. */
export function RotateKey({ channelId, input }: { channelId: string; input: Input }) {
  const [isAsking, setAsking] = useState(false)
  const patch = usePatchInput(channelId, input.id)
  const isInUse = input.actual !== null && input.actual.state !== 'waiting'
  if (!useCan('channel:write')) return null
  return (
    <div>
      <Button
        variant="default"
        size="compact-md"
        fz="sm"
        leftSection={<IconRefresh size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        New key
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={`New key for the ${roleName(input.role)} input?`}
        action="Create new key"
        isBusy={patch.isPending}
        error={patch.error}
        onConfirm={() => patch.mutate({ rotateKey: true }, { onSuccess: () => setAsking(false) })}
        onClose={() => setAsking(false)}
      >
        {isInUse && <b>An encoder is using the old key now and will be cut off. </b>}
        The old key stops working at once. Enter the new one in your encoder.
      </ConfirmDialog>
    </div>
  )
}
