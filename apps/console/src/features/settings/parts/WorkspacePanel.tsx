import { Button, Group, NumberInput, Stack, Switch, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useCan, useSessionQuery } from '../../../live/index.ts'
import { fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import { Panel } from '../../../ui/layout/index.ts'
import { useChangeSettings, useRenameWorkspace, useWorkspaceSettings } from '../use-workspace.ts'

const kbpsPerMbps = 1000

/** Name, uplink, and what the workspace asks of its people. */
export function WorkspacePanel() {
  const session = useSessionQuery().data
  const mayWrite = useCan('workspace:write')
  const { data: settings } = useWorkspaceSettings()
  if (!session || settings === undefined || !mayWrite) return null
  return (
    <Panel title="This workspace">
      <Stack gap="lg">
        <NameForm key={`${session.workspace.id} ${session.workspace.name}`} name={session.workspace.name} />
        <UplinkForm key={`${session.workspace.id} ${settings.uplinkKbps}`} kbps={settings.uplinkKbps} />
        <TwoFactorSwitch isOn={settings.needsTwoFactor} />
      </Stack>
    </Panel>
  )
}

function NameForm({ name: known }: { name: string }) {
  const rename = useRenameWorkspace()
  const [name, setName] = useState(known)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    rename.mutate(name)
  }
  return (
    <form onSubmit={submit}>
      <Group gap="sm" align="end">
        <TextInput
          label="Name"
          flex="1 1 220px"
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldError(rename.error, 'name')}
        />
        <Button type="submit" variant="default" loading={rename.isPending} disabled={name === known || name.trim() === ''}>
          Rename
        </Button>
      </Group>
      <ProblemNote error={restError(rename.error, ['name'])} />
    </form>
  )
}

function UplinkForm({ kbps }: { kbps: number | null }) {
  const change = useChangeSettings()
  const known = kbps === null ? '' : kbps / kbpsPerMbps
  const [mbps, setMbps] = useState<number | string>(known)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    change.mutate({ uplinkKbps: mbps === '' ? null : Math.round(Number(mbps) * kbpsPerMbps) })
  }
  return (
    <form onSubmit={submit}>
      <Group gap="sm" align="end">
        <NumberInput
          label="Uplink"
          description="Upload speed of your line. Preflight warns when all outputs together need more."
          suffix=" Mbps"
          flex="1 1 220px"
          min={0.1}
          decimalScale={1}
          value={mbps}
          onChange={setMbps}
          error={fieldError(change.error, 'uplinkKbps')}
        />
        <Button type="submit" variant="default" loading={change.isPending} disabled={mbps === known}>
          Save
        </Button>
      </Group>
      <ProblemNote error={restError(change.error, ['uplinkKbps'])} />
    </form>
  )
}

function TwoFactorSwitch({ isOn }: { isOn: boolean }) {
  const change = useChangeSettings()
  const mayDecide = useCan('member:write')
  return (
    <div>
      <Switch
        label="Everyone needs two-factor sign-in"
        description="Anyone who signs in with a password sets it up before they see anything else here."
        checked={isOn}
        disabled={!mayDecide || change.isPending}
        onChange={(event) => change.mutate({ needsTwoFactor: event.currentTarget.checked })}
      />
      <ProblemNote error={change.error} />
    </div>
  )
}
