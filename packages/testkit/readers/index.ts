export { type ReaderCase, readerContract } from './reader-contract.ts'
