export { concatBytes, equalBytes, fromHex, toHex } from './bytes.ts'
export { readU16, readU24, readU32, readU32LE, readU64, writeU16, writeU24, writeU32, writeU32LE, writeU64 } from './integers.ts'
