import { choice } from './choice.ts';

/** Light or dark as the machine is set, or as chosen here. */
export function themeChoice(): HTMLElement {
  return choice('Colours', ['Auto', 'Light', 'Dark'], 'Auto', (name) => {
    if (name === 'Auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name.toLowerCase();
  });
}
