export { hostileOf } from './hostile.ts'
export { type ReaderCase, readerContract } from './reader-contract.ts'
