import type { Choice } from '../session/attach-hls.ts'
import { icons } from './icons.ts'

export type MenuSection = { readonly title: string; readonly choices: readonly Choice[]; choose(id: number): void }

/**
 * A menu of what there is to choose, with the keys that screen readers expect of one. It opens from a button and gives the focus back to it.
 * Spec: ARIA Authoring Practices, menu button
 */
export class ChoiceMenu {
  readonly #button: HTMLButtonElement
  readonly #box: HTMLElement
  readonly #onMove: () => void
  #sections: readonly MenuSection[] = []
  #shown = ''

  constructor(button: HTMLButtonElement, box: HTMLElement, onMove: () => void) {
    this.#button = button
    this.#box = box
    this.#onMove = onMove
    button.addEventListener('click', () => (this.isOpen ? this.close() : this.open()))
    box.addEventListener('keydown', (event) => this.#onKey(event))
    box.addEventListener('focusout', (event) => {
      const next = event.relatedTarget
      if (this.isOpen && next instanceof Node && !box.contains(next) && next !== button) this.close(false)
    })
  }

  get isOpen(): boolean {
    return !this.#box.hidden
  }

  /** Sections with nothing to choose from are left out; with none left there is no button. */
  set sections(sections: readonly MenuSection[]) {
    this.#sections = sections.filter(({ choices }) => choices.length > 1)
    this.#button.hidden = this.#sections.length === 0
    if (this.#sections.length === 0 && this.isOpen) this.close()
    const shown = JSON.stringify(this.#sections)
    if (shown === this.#shown) return
    this.#shown = shown
    this.#draw()
  }

  open(): void {
    if (this.#sections.length === 0) return
    this.#box.hidden = false
    this.#button.setAttribute('aria-expanded', 'true')
    const chosen = this.#items().find((item) => item.getAttribute('aria-checked') === 'true')
    ;(chosen ?? this.#items()[0])?.focus()
    this.#onMove()
  }

  close(doesFocus = true): void {
    this.#box.hidden = true
    this.#button.setAttribute('aria-expanded', 'false')
    if (doesFocus) this.#button.focus()
    this.#onMove()
  }

  #items = (): HTMLButtonElement[] => [...this.#box.querySelectorAll('button')]

  #draw(): void {
    const focused = this.#items().findIndex((item) => item.matches(':focus'))
    this.#box.replaceChildren(...this.#sections.map((section) => this.#section(section)))
    if (focused >= 0) (this.#items()[focused] ?? this.#button).focus()
  }

  #section({ title, choices, choose }: MenuSection): HTMLElement {
    const section = document.createElement('section')
    section.setAttribute('role', 'group')
    section.setAttribute('aria-label', title)
    const head = document.createElement('span')
    head.className = 'h'
    head.setAttribute('aria-hidden', 'true')
    head.textContent = title
    section.append(head)
    for (const { id, label, isChosen } of choices) {
      const item = document.createElement('button')
      item.type = 'button'
      item.tabIndex = -1
      item.setAttribute('role', 'menuitemradio')
      item.setAttribute('aria-checked', String(isChosen))
      item.innerHTML = icons.check
      item.append(label)
      item.addEventListener('click', () => {
        choose(id)
        this.close()
      })
      section.append(item)
    }
    return section
  }

  #onKey(event: KeyboardEvent): void {
    const items = this.#items()
    const at = items.findIndex((item) => item.matches(':focus'))
    const targets: Readonly<Record<string, number>> = {
      ...{ ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length },
      ...{ Home: 0, End: items.length - 1 },
    }
    const target = targets[event.key]
    if (event.key === 'Escape' || event.key === 'Tab') this.close()
    else if (target !== undefined) items[target]?.focus()
    else return
    event.stopPropagation()
    if (event.key !== 'Tab') event.preventDefault()
  }
}
