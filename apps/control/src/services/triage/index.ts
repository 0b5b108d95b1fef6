export { getTriage, listTriage, type TriageSight } from './get.ts'
