import { Group, Stack, Textarea, TextInput } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { useState } from 'react'
import { FormDialog, fieldError, restError } from '../../../ui/form/index.ts'
import { formOf, type PageForm, patchOf } from '../event-page-form.ts'
import { useSavePage } from '../use-event-page.ts'
import { EventPageImage } from './EventPageImage.tsx'

const fields = ['title', 'host', 'text', 'startsAt', 'beforeText', 'breakText', 'endText', 'colour'].map((name) => `page.${name}`)

/** What viewers read and see on the player page. Pictures are kept as soon as they are chosen. */
export function EventPageDialog({ channel, isOpen, onClose }: { channel: Channel; isOpen: boolean; onClose(): void }) {
  const save = useSavePage(channel.id)
  const [form, setForm] = useState<PageForm>(() => formOf(channel.page))
  const bind = (name: keyof PageForm) => ({
    value: form[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => setForm((before) => ({ ...before, [name]: value })),
    error: fieldError(save.error, `page.${name}`),
  })
  return (
    <FormDialog
      title="Player page"
      size={640}
      isOpen={isOpen}
      action="Save"
      isBusy={save.isPending}
      error={restError(save.error, fields)}
      onSubmit={() => save.mutate(patchOf(form, channel.page), { onSuccess: onClose })}
      onClose={onClose}
    >
      <Group grow align="flex-start">
        <TextInput label="Title" placeholder={channel.name} maxLength={120} data-autofocus {...bind('title')} />
        <TextInput label="Host" placeholder="Who gives the show" maxLength={120} {...bind('host')} />
      </Group>
      <Textarea
        label="About the show"
        description="Below the picture, and where a link is shared"
        autosize
        minRows={2}
        maxLength={400}
        {...bind('text')}
      />
      <Group grow align="flex-start">
        <TextInput label="Starts at" description="Your time; viewers see theirs" type="datetime-local" {...bind('startsAt')} />
        <TextInput label="Color" description="#rrggbb, behind the initials" placeholder="#0e6a99" maxLength={7} {...bind('colour')} />
      </Group>
      <TextInput label="Before the show" placeholder="The picture starts by itself." maxLength={400} {...bind('beforeText')} />
      <TextInput
        label="While the picture is interrupted"
        placeholder="The picture is interrupted. Stay here: it comes back by itself."
        maxLength={400}
        {...bind('breakText')}
      />
      <TextInput label="After the show" placeholder="When the next show starts" maxLength={400} {...bind('endText')} />
      <Stack gap="sm">
        <EventPageImage channel={channel} kind="poster" label="Poster" hint="16:9, JPEG, PNG or WebP" />
        <EventPageImage channel={channel} kind="logo" label="Logo" hint="Square, in place of the initials" />
      </Stack>
    </FormDialog>
  )
}
