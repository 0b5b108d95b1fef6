export { createInput } from './create.ts'
export { deleteInput } from './delete.ts'
export { moveInput } from './move.ts'
export { updateInput } from './update.ts'
