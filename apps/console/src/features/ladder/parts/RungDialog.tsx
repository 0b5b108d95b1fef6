import { NumberInput, Select, TextInput } from '@mantine/core'
import type { CreateRungBody, Rung, RungVideoWish } from '@sluice/contract/api'
import { useState } from 'react'
import { FormDialog, fieldError, restError } from '../../../ui/form/index.ts'
import { wishText } from '../rung-text.ts'
import { useCreateRung, usePatchRung, useTemplates } from '../use-ladder.ts'
import { usePictures } from '../use-pictures.ts'
import { CropFrame } from './CropFrame.tsx'
import { OverlayFields } from './OverlayFields.tsx'
import { SoundFields } from './SoundFields.tsx'

type Props = { channelId: string; rung: Rung | null; onClose(): void }

/** A new rung out of a template, or one that is there: what is changed keeps the sessions of its outputs. */
export function RungDialog({ channelId, rung, onClose }: Props) {
  return rung === null ? <NewRung channelId={channelId} onClose={onClose} /> : <EditRung rung={rung} onClose={onClose} />
}

type Wish = Pick<CreateRungBody, 'video' | 'audio'>
const usual: Wish = {
  video: { codec: 'h264', height: 720, fps: 30, bitrateKbps: 3000, gopMs: 2000 },
  audio: { codec: 'aac', bitrateKbps: 128 },
}

function NewRung({ channelId, onClose }: { channelId: string; onClose(): void }) {
  const create = useCreateRung(channelId)
  const { data: templates = [] } = useTemplates()
  const [name, setName] = useState('')
  const [wish, setWish] = useState<Wish>(usual)
  const choose = (id: string | null): void => {
    const template = templates.find((one) => one.id === id)
    if (template === undefined) return
    setWish({ video: template.video, audio: template.audio })
    if (name === '' || templates.some((one) => one.name === name)) setName(template.name)
  }
  return (
    <FormDialog
      title="Add rung"
      action="Add"
      isBusy={create.isPending}
      error={restError(create.error, ['name'])}
      onSubmit={() => create.mutate({ name, ...wish }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Select
        label="Template"
        placeholder="Start from one, or enter the figures below"
        data={templates.map((one) => ({ value: one.id, label: `${one.name} (${wishText(one)})` }))}
        onChange={choose}
      />
      <TextInput
        label="Name"
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(create.error, 'name')}
      />
      <PictureFields channelId={channelId} wish={wish} onChange={setWish} />
    </FormDialog>
  )
}

function EditRung({ rung, onClose }: { rung: Rung; onClose(): void }) {
  const patch = usePatchRung(rung)
  /** The window alone, while the dialog stays: it is seen at the destinations within seconds. */
  const live = usePatchRung(rung)
  const [name, setName] = useState(rung.name)
  const [wish, setWish] = useState<Wish>({ video: rung.video, audio: rung.audio })
  return (
    <FormDialog
      title={`Edit ${rung.name}`}
      action="Save"
      isBusy={patch.isPending}
      error={restError(patch.error ?? live.error, ['name'])}
      onSubmit={() => patch.mutate({ name, ...wish }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(patch.error, 'name')}
      />
      <PictureFields
        channelId={rung.channelId}
        wish={wish}
        onChange={setWish}
        onSettle={(cropAt) => isShown(wish, rung) && live.mutate({ video: { ...rung.video!, cropAt }, audio: rung.audio })}
      />
    </FormDialog>
  )
}

const fits = [
  { value: 'fit', label: 'Bars' },
  { value: 'fill', label: 'Crop to fill' },
  { value: 'blur', label: 'Blurred sides' },
]

type FieldsProps = { channelId: string; wish: Wish; onChange(wish: Wish): void; onSettle?(cropAt: number): void }

/** The rung cuts a window of that shape already: to move it changes nothing else. */
const isShown = ({ video }: Wish, { video: stored }: Rung): boolean =>
  stored !== null && stored.fit === 'fill' && video?.fit === 'fill' && video.width === stored.width && video.height === stored.height

/** The figures that most people change; the rest stays as the template has it. */
function PictureFields({ channelId, wish, onChange, onSettle = () => {} }: FieldsProps) {
  const { data: pictures = [] } = usePictures()
  const { video } = wish
  if (video === null) return null
  const set = (change: Partial<typeof video>): void => onChange({ ...wish, video: { ...video, ...change } })
  const { fps: _, ...withoutFps } = video
  const { width: __, ...withoutWidth } = video
  return (
    <>
      <NumberInput
        label="Height"
        suffix=" lines"
        min={64}
        max={4096}
        step={2}
        value={video.height}
        onChange={(value) => set({ height: Number(value) })}
      />
      <NumberInput
        label="Width"
        description="Empty: the shape of the source"
        suffix=" pixels"
        min={64}
        max={4096}
        step={2}
        value={video.width ?? ''}
        onChange={(value) => (value === '' ? onChange({ ...wish, video: withoutWidth }) : set({ width: Number(value) }))}
      />
      <NumberInput
        label="Frame rate"
        description="Empty: that of the source, up to 60"
        suffix=" frames/s"
        min={1}
        max={60}
        value={video.fps ?? ''}
        onChange={(value) => (value === '' ? onChange({ ...wish, video: withoutFps }) : set({ fps: Number(value) }))}
      />
      <NumberInput
        label="Video bitrate"
        suffix=" kbps"
        min={100}
        max={50_000}
        step={100}
        value={video.bitrateKbps}
        onChange={(value) => set({ bitrateKbps: Number(value) })}
      />
      <NumberInput
        label="Keyframe interval"
        suffix=" s"
        min={0.5}
        max={10}
        step={0.5}
        value={(video.gopMs ?? 2000) / 1000}
        onChange={(value) => set({ gopMs: Math.round(Number(value) * 1000) })}
      />
      <Select
        label="A source of another shape"
        allowDeselect={false}
        data={fits}
        value={video.fit ?? 'fit'}
        onChange={(value) => set({ fit: value === 'fill' || value === 'blur' ? value : 'fit' })}
      />
      {video.fit === 'fill' && video.width !== undefined && (
        <CropFrame
          channelId={channelId}
          video={video as RungVideoWish}
          pictures={pictures}
          onMove={(cropAt) => set({ cropAt })}
          onSettle={onSettle}
        />
      )}
      <OverlayFields overlays={(video as RungVideoWish).overlays ?? []} pictures={pictures} onChange={(overlays) => set({ overlays })} />
      {wish.audio != null && <SoundFields audio={wish.audio} onChange={(audio) => onChange({ ...wish, audio })} />}
    </>
  )
}
