import { z } from 'zod'

/** `POST /vault/rotate`: how many secrets were encrypted anew, and the id (not the key) that they are under now. */
export const VaultRotation = z.object({ keyId: z.string(), reencrypted: z.number().int() })
export type VaultRotation = z.infer<typeof VaultRotation>
