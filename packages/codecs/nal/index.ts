export { nextStartCode, readAnnexB, writeAnnexB } from './annex-b.ts'
export { nalErrors } from './errors.ts'
export { type LengthBytes, nalLength, readNalUnits, wholeNalBytes, writeNalUnits } from './length-prefixed.ts'
