import { Select, TextInput } from '@mantine/core'
import { readAddress } from '@sluice/base/address'
import type { CatalogueEntry } from '@sluice/contract/api'
import { useState } from 'react'
import { isTemplate, serversOf, urlExample } from './target-form.ts'

const other = 'other'

type Props = { entry: CatalogueEntry | null; url: string; onChange(url: string): void; error: string | undefined }

/** One of the platform's servers, or an address typed by hand where there is none or it has a part to fill in. */
export function ServerField({ entry, url, onChange, error }: Props) {
  const servers = entry === null ? [] : serversOf(entry)
  const [choice, setChoice] = useState(() => (servers.some((server) => server.url === url) ? url : other))
  const needsAddress = choice === other || isTemplate(choice)
  const choose = (value: string | null): void => {
    setChoice(value ?? other)
    onChange(value === null || value === other ? '' : value)
  }
  return (
    <>
      {servers.length > 0 && (
        <Select
          label="Server"
          data={[...servers.map((server) => ({ value: server.url, label: serverLabel(server) })), { value: other, label: 'Other address' }]}
          allowDeselect={false}
          value={choice}
          onChange={choose}
          error={needsAddress ? undefined : error}
        />
      )}
      {needsAddress && (
        <TextInput
          label="Server address"
          description={isTemplate(url) ? 'Replace the part in braces with the value from the platform' : 'Without the stream key'}
          placeholder={urlExample(entry)}
          required
          spellCheck={false}
          autoCapitalize="off"
          value={url}
          onChange={(event) => onChange(event.currentTarget.value)}
          error={error}
        />
      )}
    </>
  )
}

/** `a.rtmps.youtube.com (RTMPS, primary)`. */
function serverLabel(server: CatalogueEntry['servers'][number]): string {
  // Some of the catalogue's are forms to fill in, which no reader takes.
  const host = readAddress(server.url)?.host ?? /^\w+:\/\/([^/:]+)/.exec(server.url)?.[1] ?? server.url
  return `${host} (${server.protocol.toUpperCase()}, ${server.role})`
}
