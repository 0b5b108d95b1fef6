import { Button, Modal, Stack } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { DialogFooter, ProblemNote } from '../../../ui/form/index.ts'
import { endShowSentence } from '../end-show-look.ts'
import { useEndShow } from '../use-channel-actions.ts'

/** Asks once, with what happens and to how many. The safe answer has the focus. */
export function EndShowDialog({ channel, isOpen, onClose }: { channel: Channel; isOpen: boolean; onClose(): void }) {
  const end = useEndShow(channel.id)
  return (
    <Modal opened={isOpen} onClose={onClose} title={`End ${channel.name}?`} size="md">
      <Stack gap="md">
        <div>{endShowSentence(channel)}</div>
        <ProblemNote error={end.error} />
        <DialogFooter>
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep going
          </Button>
          <Button color="red" loading={end.isPending} onClick={() => end.mutate(undefined, { onSuccess: onClose })}>
            End show
          </Button>
        </DialogFooter>
      </Stack>
    </Modal>
  )
}
