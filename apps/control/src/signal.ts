/** News from one part to others that it does not know. Who listens is said once, in `wire-control.ts`, when all parts are there. */
export class Signal<News> {
  // bound: the list that `heardBy` is given
  #listeners: readonly ((news: News) => void)[] = []

  heardBy(listeners: readonly ((news: News) => void)[]): void {
    this.#listeners = listeners
  }

  /** In the order of the list. */
  readonly tell = (news: News): void => {
    for (const listener of this.#listeners) listener(news)
  }
}
