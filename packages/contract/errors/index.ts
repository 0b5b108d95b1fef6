export { type ProblemCode, problemKinds } from './codes.ts'
export { Problem } from './problem.ts'
