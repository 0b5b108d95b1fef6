/** Only what is new: a text that is set again is read out again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
