import { Button, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import { DialogFooter, DialogForm, restError } from '../../../ui/form/index.ts'
import { useRenewCodes } from '../use-own-account.ts'
import { noProof, ProofFields, proofFields } from './ProofFields.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

/** New recovery codes in place of the old ones. */
export function RecoveryCodesDialog({ onClose }: { onClose(): void }) {
  const renew = useRenewCodes()
  const [proof, setProof] = useState(noProof)
  return (
    <Modal opened onClose={onClose} title="New recovery codes" closeOnClickOutside={!renew.data} size={520}>
      {renew.data ? (
        <Stack gap="md">
          <RecoveryCodes codes={renew.data.recoveryCodes} />
          <DialogFooter>
            <Button onClick={onClose}>I have stored them</Button>
          </DialogFooter>
        </Stack>
      ) : (
        <DialogForm
          action="Create codes"
          isBusy={renew.isPending}
          error={restError(renew.error, proofFields)}
          onSubmit={() => renew.mutate(proof)}
          onCancel={onClose}
        >
          <p style={{ margin: 0 }}>The codes that you have now stop working.</p>
          <ProofFields value={proof} onChange={setProof} hasTwoFactor error={renew.error} />
        </DialogForm>
      )}
    </Modal>
  )
}
