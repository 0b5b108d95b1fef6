export { certificateWords, isLookupError, socketErrorCode, socketWords } from './error-words.ts'
