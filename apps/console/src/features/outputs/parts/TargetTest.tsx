import { Button, Stack } from '@mantine/core'
import { PreflightOutput, type PreflightTargetBody, paths } from '@sluice/contract/api'
import { IconPlugConnected } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { call } from '../../../live/index.ts'
import { CheckList } from '../../../ui/checks/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'

/** Tests a destination before it is added. Nothing is saved, and no broadcast starts. */
export function TargetTest({ target, isReady }: { target: PreflightTargetBody; isReady: boolean }) {
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => call('POST', paths.preflight, PreflightOutput, target),
  })
  const result = useRef<HTMLDivElement>(null)
  // The dialog scrolls, and its end is where this stands.
  useEffect(() => {
    if (data !== undefined) result.current?.scrollIntoView({ block: 'nearest' })
  }, [data])
  return (
    <Stack gap="xs">
      <Button
        variant="default"
        leftSection={<IconPlugConnected size={17} aria-hidden />}
        onClick={() => mutate()}
        loading={isPending}
        disabled={!isReady}
      >
        Test now
      </Button>
      <ProblemNote error={error} />
      <div role="status" ref={result}>
        {data && <CheckList checks={data.checks} />}
      </div>
    </Stack>
  )
}
