type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What may stand in an element. A string becomes text, whatever is in it: nothing here makes markup of one. */
export type Content = Node | string;

/** A new element. Attributes that are `false` or `undefined` are left out, `true` is one without a value. */
export function element<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...contents: readonly Content[]
): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...contents);
  return made;
}

/** A text from the data that a line around it leaves as it is, whichever way its letters run. */
export function data(text: string, attributes: Attributes = {}): HTMLElement {
  return element('bdi', attributes, text);
}

/** A text that is heard and not seen. */
export function heard(text: string): HTMLElement {
  return element('span', { class: 'heard' }, text);
}
