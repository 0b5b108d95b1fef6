import { WireError } from '@sluice/base/errors'

/** Reads the fields of a record's head. Each throws WireError for a field that is not what it has to be. */
export class Fields {
  readonly #of: Readonly<Record<string, unknown>>

  constructor(of: unknown) {
    if (typeof of !== 'object' || of === null) throw wrong('a group of fields', 'an object', of)
    this.#of = of as Record<string, unknown>
  }

  /** As they came: what this end does not know goes on as it is. */
  get all(): Readonly<Record<string, unknown>> {
    return this.#of
  }

  text(name: string): string {
    const value = this.#of[name]
    if (typeof value !== 'string') throw wrong(name, 'text', value)
    return value
  }

  textOrNull(name: string): string | null {
    return this.#of[name] === null ? null : this.text(name)
  }

  /** One of `words`. */
  word<const W extends string>(name: string, words: readonly W[]): W {
    const value = this.#of[name]
    const found = words.find((word) => word === value)
    if (found === undefined) throw wrong(name, `one of ${words.join(', ')}`, value)
    return found
  }

  /** Each one of `words`. */
  wordsOrNull<const W extends string>(name: string, words: readonly W[]): W[] | null {
    return this.#of[name] === null ? null : this.list(name).map((value) => new Fields({ [name]: value }).word(name, words))
  }

  whole(name: string): number {
    const value = this.#of[name]
    if (!Number.isSafeInteger(value)) throw wrong(name, 'a whole number', value)
    return value as number
  }

  wholeOrNull(name: string): number | null {
    return this.#of[name] === null ? null : this.whole(name)
  }

  number(name: string): number {
    const value = this.#of[name]
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(name, 'a number', value)
    return value
  }

  numberOrNull(name: string): number | null {
    return this.#of[name] === null ? null : this.number(name)
  }

  flag(name: string): boolean {
    const value = this.#of[name]
    if (typeof value !== 'boolean') throw wrong(name, 'true or false', value)
    return value
  }

  texts(name: string): string[] {
    return this.list(name).map((value) => (typeof value === 'string' ? value : new Fields({ [name]: value }).text(name)))
  }

  list(name: string): unknown[] {
    const value = this.#of[name]
    if (!Array.isArray(value)) throw wrong(name, 'a list', value)
    return value
  }

  fields(name: string): Fields {
    return new Fields(this.#of[name])
  }

  fieldsOrNull(name: string): Fields | null {
    return this.#of[name] === null ? null : this.fields(name)
  }
}

const wrong = (name: string, expected: string, found: unknown): WireError =>
  new WireError('STORELINK_FIELD', 0, `${name} is ${found === null ? 'null' : typeof found}, not ${expected}`)
