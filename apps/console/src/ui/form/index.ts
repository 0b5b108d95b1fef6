export { ConfirmDialog } from './ConfirmDialog.tsx'
export { CopyField } from './CopyField.tsx'
export { fieldError, restError } from './field-error.ts'
export { ProblemNote } from './ProblemNote.tsx'
