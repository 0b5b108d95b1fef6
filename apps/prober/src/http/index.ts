export { type Getter, type Got, openGetter } from './get-file.ts'
