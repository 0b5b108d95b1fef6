import { Button, NumberInput } from '@mantine/core'
import { paths, WorkspaceSettings } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call, useCan } from '../../../live/index.ts'
import { fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import { Panel } from '../../../ui/layout/index.ts'
import styles from './UplinkPanel.module.css'

const kbpsPerMbps = 1000
const queryKey = ['workspace-settings']

/** What the line out of this machine carries: preflight holds all outputs together against it. */
export function UplinkPanel() {
  const client = useQueryClient()
  const canWrite = useCan('workspace:write')
  const { data, error } = useQuery({ queryKey, queryFn: () => call('GET', paths.workspaceSettings, WorkspaceSettings) })
  const [typed, setTyped] = useState<number | '' | null>(null)
  const save = useMutation({
    mutationFn: (uplinkKbps: number | null) => call('PATCH', paths.workspaceSettings, WorkspaceSettings, { uplinkKbps }),
    onSuccess(settings) {
      client.setQueryData(queryKey, settings)
      setTyped(null)
    },
  })
  const stored: number | '' = data?.uplinkKbps == null ? '' : data.uplinkKbps / kbpsPerMbps
  const value = typed ?? stored
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    save.mutate(value === '' ? null : Math.round(value * kbpsPerMbps))
  }
  return (
    <Panel title="Uplink">
      <form className={styles.form} onSubmit={submit}>
        <NumberInput
          label="Upload bandwidth of this machine"
          description="Preflight checks that all outputs fit, with 20% to spare"
          placeholder="not declared"
          suffix=" Mbps"
          min={0.1}
          decimalScale={2}
          disabled={!canWrite || data === undefined}
          value={value}
          onChange={(given) => setTyped(given === '' ? '' : Number(given))}
          error={fieldError(save.error, 'uplinkKbps')}
        />
        {canWrite && (
          <Button type="submit" variant="default" disabled={value === stored} loading={save.isPending}>
            Save
          </Button>
        )}
        <ProblemNote error={error ?? restError(save.error, ['uplinkKbps'])} />
      </form>
    </Panel>
  )
}
