export { type ProblemCode, type ProblemKind, problemKinds } from './codes.ts'
export { Problem } from './problem.ts'
