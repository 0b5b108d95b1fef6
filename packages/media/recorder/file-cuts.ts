/** Says which file a segment goes to: all renditions change files at the same segment, and one whose configuration changed does so at once. */
export class FileCuts {
  readonly #fileTicks: number
  /** The number of the segment that the last file begins with, and where. */
  #from: { readonly number: number; readonly dts: number; readonly no: number }
  #before: { readonly number: number; readonly dts: number; readonly no: number }
  readonly #first: number

  /** `after`: files up to this one are taken. */
  constructor(fileTicks: number, after: number) {
    this.#fileTicks = fileTicks
    this.#from = { number: -1, dts: 0, no: after }
    this.#before = this.#from
    this.#first = after + 1
  }

  /** The number of the last file. */
  get last(): number {
    return this.#from.no
  }

  /** `not`: the file of before, where its configuration does not hold any more; null: it does. */
  fileOf(number: number, startDts: number, not: number | null): number {
    const isDue = this.#from.number === -1 || startDts - this.#from.dts >= this.#fileTicks
    if (number > this.#from.number && (isDue || not === this.#from.no)) {
      this.#before = this.#from
      this.#from = { number, dts: startDts, no: this.#from.no + 1 }
    }
    // A rendition that lags is in the segment before the cut still.
    const no = number >= this.#from.number ? this.#from.no : this.#before.no
    return Math.max(this.#first, no, not === null ? 0 : not + 1)
  }
}
