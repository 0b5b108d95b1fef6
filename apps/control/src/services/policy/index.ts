export { guardEdit } from './guard-edit.ts'
export { listPolicies, policyVersions } from './list.ts'
export { policiesOf } from './records.ts'
export { resetPolicy, updatePolicy } from './update.ts'
