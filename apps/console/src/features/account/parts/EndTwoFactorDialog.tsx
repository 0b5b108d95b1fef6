import { useState } from 'react'
import { FormDialog, restError } from '../../../ui/form/index.ts'
import { useEndTwoFactor } from '../use-own-account.ts'
import { noProof, ProofFields, proofFields } from './ProofFields.tsx'

/** The password alone signs in again. */
export function EndTwoFactorDialog({ onClose }: { onClose(): void }) {
  const end = useEndTwoFactor()
  const [proof, setProof] = useState(noProof)
  return (
    <FormDialog
      title="Turn off two-factor sign-in?"
      action="Turn off"
      isBusy={end.isPending}
      error={restError(end.error, proofFields)}
      onSubmit={() => end.mutate(proof, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>
        Your password alone signs you in again. The recovery codes stop working, and all other browsers are signed out.
      </p>
      <ProofFields value={proof} onChange={setProof} hasTwoFactor error={end.error} />
    </FormDialog>
  )
}
