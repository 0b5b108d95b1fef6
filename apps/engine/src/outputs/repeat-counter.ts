/** Which of a row of like failures are told: the first, second, fourth, eighth and so on. */
export class RepeatCounter {
  #code = ''
  #count = 0

  isNews(code: string): boolean {
    this.#count = code === this.#code ? this.#count + 1 : 1
    this.#code = code
    return (this.#count & (this.#count - 1)) === 0
  }

  reset(): void {
    this.#code = ''
    this.#count = 0
  }
}
