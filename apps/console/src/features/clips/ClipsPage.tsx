import { Button, FileButton, Progress } from '@mantine/core'
import { IconMovie, IconUpload } from '@tabler/icons-react'
import { useCan, useClips } from '../../live/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { EmptyState, PageHead } from '../../ui/layout/index.ts'
import { Rows } from '../../ui/rows/index.ts'
import styles from './ClipsPage.module.css'
import { fileEndings } from './clip-words.ts'
import { ClipRow } from './parts/ClipRow.tsx'
import { useUploadClip } from './use-clip-actions.ts'

/** Images and videos of the workspace: for slates, and for inputs that loop a file. */
export function ClipsPage() {
  const { data: clips, error } = useClips()
  const { send, sending, error: uploadError } = useUploadClip()
  const canWrite = useCan('channel:write')
  const add = canWrite && (
    <FileButton onChange={(file) => file !== null && send(file)} accept={fileEndings.join(',')}>
      {(props) => (
        <Button {...props} leftSection={<IconUpload size={18} aria-hidden />} disabled={sending !== null}>
          Upload a clip
        </Button>
      )}
    </FileButton>
  )
  return (
    <>
      <PageHead title="Clips">{clips && clips.length > 0 && add}</PageHead>
      <ProblemNote error={uploadError ?? error} />
      {sending !== null && (
        <div className={styles.sending} role="status">
          <span className={styles.name}>
            {sending.share < 1 ? `Uploading ${sending.name}, ${Math.floor(sending.share * 100)}%` : `Saving ${sending.name}`}
          </span>
          <Button variant="subtle" size="compact-sm" onClick={sending.stop}>
            Cancel
          </Button>
          <Progress className={styles.bar} value={sending.share * 100} aria-label={`Upload of ${sending.name}`} />
        </div>
      )}
      {clips && (
        <div className={styles.panel}>
          {clips.length === 0 ? (
            <EmptyState Icon={IconMovie} title="No clips yet" action={add}>
              An image, or a video of up to 10 minutes. A channel shows it as a slate when all inputs fail, or an input loops it in place of
              an encoder.
            </EmptyState>
          ) : (
            <Rows columns="auto minmax(0, 1fr) 170px 220px auto" size="large">
              {clips.map((clip) => (
                <ClipRow key={clip.id} clip={clip} />
              ))}
            </Rows>
          )}
        </div>
      )}
    </>
  )
}
