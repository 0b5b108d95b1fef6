export { nextStartCode, readAnnexB, writeAnnexB } from './annex-b.ts'
export { isCutInto, type LengthBytes, maxNalUnits, nalLength, readNalUnits, wholeNalBytes, writeNalUnits } from './length-prefixed.ts'
