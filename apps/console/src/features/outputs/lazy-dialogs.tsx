import { type ComponentProps, lazy, Suspense } from 'react'

const Add = lazy(async () => ({ default: (await import('./parts/AddOutputDialog.tsx')).AddOutputDialog }))
const Edit = lazy(async () => ({ default: (await import('./parts/EditOutputDialog.tsx')).EditOutputDialog }))
const Details = lazy(async () => ({ default: (await import('./parts/OutputDetailsDialog.tsx')).OutputDetailsDialog }))

/** Dialogs of outputs, loaded with the first look at each. */
export const AddOutputDialog = (props: ComponentProps<typeof Add>) => (
  <Suspense>
    <Add {...props} />
  </Suspense>
)
export const EditOutputDialog = (props: ComponentProps<typeof Edit>) => (
  <Suspense>
    <Edit {...props} />
  </Suspense>
)
export const OutputDetailsDialog = (props: ComponentProps<typeof Details>) => (
  <Suspense>
    <Details {...props} />
  </Suspense>
)
