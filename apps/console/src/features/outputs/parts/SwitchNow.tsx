import { Button } from '@mantine/core'
import type { Output } from '@sluice/contract/api'
import { useState } from 'react'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { useOutputIntent } from '../use-outputs.ts'

/** For a live output whose new key does not come up beside the old one: end the old session and connect with the new key. */
export function SwitchNow({ output }: { output: Output }) {
  const intent = useOutputIntent(output)
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button variant="default" size="compact-sm" style={{ flexShrink: 0, alignSelf: 'flex-start' }} onClick={() => setAsking(true)}>
        Switch now
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={`Switch ${output.name} to the new key now?`}
        action="Switch now"
        isBusy={intent.isPending}
        error={intent.error}
        onConfirm={() => intent.mutate('rearm', { onSuccess: () => setAsking(false) })}
        onClose={() => setAsking(false)}
      >
        The session that is live now ends at once. If the new key does not work, {output.name} is off the air until it does.
      </ConfirmDialog>
    </>
  )
}
