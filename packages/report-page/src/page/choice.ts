import { element } from './elements.ts';

let groups = 0;

/** One of a few, all of them seen: radio buttons in a row. */
export function choice<T extends string>(
  title: string,
  names: readonly T[],
  first: T,
  chosen: (name: T) => void,
): HTMLElement {
  const group = `choice-${groups++}`;
  const options = names.map((name) => {
    const radio = element('input', { type: 'radio', name: group, checked: name === first });
    radio.addEventListener('change', () => chosen(name));
    return element('label', {}, radio, element('span', { class: 'option' }, name));
  });
  return element('fieldset', { class: 'choice' }, element('legend', { class: 'heard' }, title), ...options);
}
