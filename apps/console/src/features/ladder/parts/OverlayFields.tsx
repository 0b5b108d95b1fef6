import { Button, FileButton, NumberInput, Select } from '@mantine/core'
import { type Picture, pictureTypes, type RungVideoWish } from '@sluice/contract/api'
import { maxOverlays } from '@sluice/contract/link'
import { ProblemNote } from '../../../ui/form/index.ts'
import { placeNames, placeOf, placeXy } from '../overlay-places.ts'
import { useUploadPicture } from '../use-pictures.ts'
import styles from './OverlayFields.module.css'

type Overlay = NonNullable<RungVideoWish['overlays']>[number]
type Props = { overlays: readonly Overlay[]; pictures: readonly Picture[]; onChange(overlays: Overlay[]): void }

const usual = { ...placeXy('top-right'), width: 0.15, opacity: 1 }

/** Pictures over the rung's: which, where, how large, how solid. */
export function OverlayFields({ overlays, pictures, onChange }: Props) {
  const { send, isSending, error } = useUploadPicture((picture) => onChange([...overlays, { pictureId: picture.id, ...usual }]))
  const set = (at: number, change: Partial<Overlay>): void => onChange(overlays.map((one, i) => (i === at ? { ...one, ...change } : one)))
  const isFull = overlays.length >= maxOverlays
  const first = pictures[0]
  return (
    <fieldset className={styles.fields}>
      <legend className={styles.legend}>Pictures over it</legend>
      {overlays.map((overlay, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same picture may stand at two places
        <div className={styles.line} key={at}>
          <Select
            aria-label="Picture"
            allowDeselect={false}
            data={pictures.map(({ id, name }) => ({ value: id, label: name }))}
            value={overlay.pictureId}
            onChange={(pictureId) => pictureId !== null && set(at, { pictureId })}
          />
          <Select
            aria-label="Place"
            allowDeselect={false}
            data={placeNames(overlay)}
            value={placeOf(overlay)}
            onChange={(place) => place !== null && place !== 'own' && set(at, placeXy(place))}
          />
          <NumberInput
            aria-label="Width"
            suffix=" % wide"
            min={1}
            max={100}
            value={Math.round(overlay.width * 100)}
            onChange={(value) => set(at, { width: Math.min(1, Math.max(0.01, Number(value) / 100)) })}
          />
          <NumberInput
            aria-label="Opacity"
            suffix=" % solid"
            min={0}
            max={100}
            step={5}
            value={Math.round((overlay.opacity ?? 1) * 100)}
            onChange={(value) => set(at, { opacity: Math.min(1, Math.max(0, Number(value) / 100)) })}
          />
          <Button size="xs" variant="subtle" color="red" onClick={() => onChange(overlays.filter((_, i) => i !== at))}>
            Remove
          </Button>
        </div>
      ))}
      <div className={styles.add}>
        <FileButton accept={pictureTypes.join(',')} onChange={(file) => file !== null && send(file)}>
          {(props) => (
            <Button {...props} size="xs" variant="default" loading={isSending} disabled={isFull}>
              Upload a picture
            </Button>
          )}
        </FileButton>
        {first !== undefined && (
          <Button size="xs" variant="subtle" disabled={isFull} onClick={() => onChange([...overlays, { pictureId: first.id, ...usual }])}>
            Use one that is there
          </Button>
        )}
      </div>
      <ProblemNote error={error} />
    </fieldset>
  )
}
