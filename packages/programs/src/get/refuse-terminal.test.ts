import { afterEach, expect, test } from 'vitest';
import { GET_FORMS } from './get-form.ts';
import { refuseTerminal } from './refuse-terminal.ts';

const { isTTY } = process.stdout;
afterEach(() => {
  process.stdout.isTTY = isTTY;
});

test('bytes as they are go to a pipe or a file, never to a terminal; texts go to both', () => {
  const refused = (isTerminal: boolean) => {
    process.stdout.isTTY = isTerminal;
    return (['indented', 'json', 'history', 'raw', ...GET_FORMS] as const).filter((form) => {
      try {
        refuseTerminal(form);
        return false;
      } catch (error) {
        expect(String(error)).toMatch(/: standard output is a terminal, and bytes can command it; pipe them to /);
        return true;
      }
    });
  };
  expect(refused(true)).toEqual(['raw', 'resp']);
  expect(refused(false)).toEqual([]);
});
