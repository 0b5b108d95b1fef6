import { useState } from 'react'
import { FormDialog, restError } from '../../../ui/form/index.ts'
import { useConnectProvider } from '../use-own-account.ts'
import { noProof, ProofFields, proofFields } from './ProofFields.tsx'

type Props = { provider: string; hasTwoFactor: boolean; onClose(): void }

/** From the provider on the account has another way in: a session that somebody left open is not enough for that. */
export function ConnectDialog({ provider, hasTwoFactor, onClose }: Props) {
  const connect = useConnectProvider()
  const [proof, setProof] = useState(noProof)
  return (
    <FormDialog
      title={`Connect to ${provider}`}
      action="Continue"
      isBusy={connect.isPending}
      error={restError(connect.error, proofFields)}
      onSubmit={() => connect.mutate(hasTwoFactor ? proof : { password: proof.password })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>Next, sign in at {provider}. Anyone who can sign in there can then sign in to this account.</p>
      <ProofFields value={proof} onChange={setProof} hasTwoFactor={hasTwoFactor} error={connect.error} />
    </FormDialog>
  )
}
