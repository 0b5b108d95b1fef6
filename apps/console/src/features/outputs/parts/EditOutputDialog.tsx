import { NumberInput } from '@mantine/core'
import type { Output, PatchOutputBody } from '@sluice/contract/api'
import { useState } from 'react'
import { useCatalogue, useDestinations } from '../../../live/index.ts'
import { FormDialog, fieldError, restError } from '../../../ui/form/index.ts'
import { TargetFields, type TargetForm, useClassPolicies } from '../../../ui/platform/index.ts'
import { OverrideReason, violationText } from '../../../ui/policy/index.ts'
import { driftedLimits, limitFieldOf, limitsFormOf, limitsOutside, limitsPatch } from '../limits-form.ts'
import { usePatchOutput } from '../use-outputs.ts'
import { usePlannedWay } from '../use-rungs.ts'
import { EnhancedField } from './EnhancedField.tsx'
import { LimitFields } from './LimitFields.tsx'
import { OwnFields, type OwnForm } from './OwnFields.tsx'
import { RungField } from './RungField.tsx'

/** Changes of one output. Only what differs is sent: an untouched server or key does not reconnect it. */
export function EditOutputDialog({ output, onClose }: { output: Output; onClose(): void }) {
  const patch = usePatchOutput(output)
  const { data: catalogue = [] } = useCatalogue()
  const destination = useDestinations().data?.find((other) => other.id === output.destinationId)
  const before: TargetForm = {
    name: output.name,
    platform: output.platform,
    url: output.url,
    streamKey: '',
    class: output.class,
    tlsVerify: destination?.tlsVerify ?? true,
  }
  const entry = catalogue.find(({ id }) => id === output.platform) ?? null
  const planned = usePlannedWay(output.channelId, output.id)
  const [form, setForm] = useState(before)
  const [priority, setPriority] = useState<string | number>(output.priority)
  const [rung, setRung] = useState(output.rung)
  const [own, setOwn] = useState<OwnForm>({
    delaySeconds: output.delayMs / 1000,
    audioTrack: output.audioTrack ?? '',
    probeUrl: output.probeUrl ?? '',
  })
  const [enhanced, setEnhanced] = useState(output.enhanced)
  const [limits, setLimits] = useState(() => limitsFormOf(output.limits))
  const [reason, setReason] = useState('')
  const policy = useClassPolicies()[form.class]
  const outside = limitsOutside(limits, output, policy)
  const drifted = form.class === output.class ? driftedLimits(limits, output) : []
  const submit = (): void => {
    const answered = reason.trim() === '' ? [] : drifted.map(limitFieldOf)
    const limitsChange = limitsPatch(limits, output.limits, answered)
    const body = {
      ...changes(before, form, output.priority, Number(priority)),
      ...(rung !== output.rung && { rung }),
      ...ownChanges(own, output),
      ...(enhanced !== output.enhanced && { enhanced }),
      ...(limitsChange !== undefined && { limits: limitsChange }),
      ...(outside.length + answered.length > 0 && { override: { reason } }),
    }
    patch.mutate(body, { onSuccess: onClose })
  }
  return (
    <FormDialog
      title={`Edit ${output.name}`}
      size={520}
      action="Save"
      isBusy={patch.isPending}
      error={restError(patch.error, ['name', 'url', 'streamKey', 'priority', 'rung', 'delayMs', 'audioTrack', 'probeUrl'])}
      onSubmit={submit}
      onClose={onClose}
    >
      <TargetFields form={form} onChange={setForm} entry={entry} error={patch.error} savedKeyHint={destination?.keyHint} />
      <NumberInput
        label="Priority"
        description="If Sluice has to drop outputs, it drops the lowest numbers first"
        min={0}
        max={1000}
        value={priority}
        onChange={setPriority}
        error={fieldError(patch.error, 'priority')}
      />
      <RungField
        channelId={output.channelId}
        value={rung}
        entry={entry}
        // What is planned is said of what is stored.
        planned={output.rung === 'auto' ? planned : undefined}
        isLive={output.actual?.state === 'live'}
        error={fieldError(patch.error, 'rung')}
        onChange={setRung}
      />
      <OwnFields
        form={own}
        onChange={setOwn}
        delayError={fieldError(patch.error, 'delayMs')}
        trackError={fieldError(patch.error, 'audioTrack')}
        probeError={fieldError(patch.error, 'probeUrl')}
      />
      <EnhancedField entry={entry} value={enhanced} onChange={setEnhanced} />
      <LimitFields
        policy={policy}
        form={limits}
        onChange={setLimits}
        isOpen={Object.keys(output.limits).length > 0 || outside.length > 0}
      />
      <OverrideReason outside={outside} drifted={drifted.map(violationText)} value={reason} onChange={setReason} />
      <p style={{ margin: 0 }}>Only this output is affected. A new server or key opens a new session; new limits do not.</p>
    </FormDialog>
  )
}

function ownChanges(own: OwnForm, output: Output): PatchOutputBody {
  const delayMs = Math.round(Number(own.delaySeconds) * 1000)
  const audioTrack = own.audioTrack === '' ? null : Number(own.audioTrack)
  const probeUrl = own.probeUrl.trim() === '' ? null : own.probeUrl.trim()
  return {
    ...(delayMs !== output.delayMs && { delayMs }),
    ...(audioTrack !== output.audioTrack && { audioTrack }),
    ...(probeUrl !== output.probeUrl && { probeUrl }),
  }
}

function changes(before: TargetForm, form: TargetForm, priorityBefore: number, priority: number): PatchOutputBody {
  return {
    ...(form.name !== before.name && { name: form.name }),
    ...(form.url !== before.url && { url: form.url }),
    ...(form.streamKey !== '' && { streamKey: form.streamKey }),
    ...(form.class !== before.class && { class: form.class }),
    ...(form.tlsVerify !== before.tlsVerify && { tlsVerify: form.tlsVerify }),
    ...(priority !== priorityBefore && { priority }),
  }
}
