import { isPlain } from './exact-json.ts';

/** What `--json` prints with each `message` and the lines of each `problems` in other words; paths and other values stay as they are. */
export function messagesIn(value: unknown, words: (message: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => messagesIn(one, words));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => {
      if (name === 'message' && typeof held === 'string') return [name, words(held)];
      if (name === 'problems' && Array.isArray(held)) return [name, held.map((one) => words(`${one}`))];
      return [name, messagesIn(held, words)];
    }),
  );
}
