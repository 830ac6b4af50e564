import { expect, test } from 'vitest';
import { hasPhrase, messagesIn, messagesOfSources, phrasesOfDocument } from './error-messages.ts';

const messages = messagesOfSources();
const phrases = phrasesOfDocument();

test('every message of an error in the sources has its phrase in docs/errors.md', () => {
  expect(messages.size).toBeGreaterThan(200);
  const without = [...messages].filter(([message]) => !phrases.some((phrase) => hasPhrase(message, phrase)));
  expect(without.map(([message, file]) => `${message} (${file})`)).toEqual([]);
});

test('every phrase of docs/errors.md is one of a message in the sources', () => {
  const unsaid = phrases.filter((phrase) => ![...messages.keys()].some((message) => hasPhrase(message, phrase)));
  expect(unsaid).toEqual([]);
});

test('no phrase stands twice', () => {
  expect(phrases.filter((phrase, i) => phrases.indexOf(phrase) !== i)).toEqual([]);
});

/** As it stands in a source. */
const VALUE = '$' + '{path}';

test.each([
  ["throw new DataError('the file is cut');", ['the file is cut']],
  [`new UsageError(\`the output ${VALUE} is a folder\`)`, ['the output … is a folder']],
  ['throw rowError(row, `the value must be 8 bytes`);', ['the value must be 8 bytes']],
  ["this.#failAt(at, wrong ? 'this is one' : 'this is other')", ['this is one', 'this is other']],
  ["new RangeError('for callers alone')", []],
  ["console.log('no error at all')", []],
])('messages are found in %j', (text, found) => {
  expect(messagesIn(text)).toEqual(found);
});
