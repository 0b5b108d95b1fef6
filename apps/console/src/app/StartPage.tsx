import { Button, Stack } from '@mantine/core'
import { ApiError } from '../live/index.ts'
import { AccessFrame } from '../ui/brand/index.ts'
import { ProblemNote } from '../ui/form/index.ts'

/** Before it is known who asks. Empty for the moment that takes, or the reason why it can't be known. */
export function StartPage({ error, onRetry }: { error: Error | null; onRetry?(): void }) {
  if (error === null) return null
  const isForeignHost = error instanceof ApiError && error.code === 'HOST_UNKNOWN'
  return (
    <AccessFrame title={isForeignHost ? 'Sluice does not know this host name' : "Can't reach Sluice"}>
      <Stack gap="md" align="start">
        <ProblemNote error={error} />
        <Button onClick={onRetry}>Try again</Button>
      </Stack>
    </AccessFrame>
  )
}
