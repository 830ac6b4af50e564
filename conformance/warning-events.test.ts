import { expect, test } from 'vitest';
import { eventsIn, eventsOfDocument, eventsOfSources, isMeant } from './warning-events.ts';

/** As a template of the sources has it. */
const TYPE = '$' + '{type}';
const said = eventsOfSources();
const documented = eventsOfDocument();

test('every warning that the sources give has its row in docs/errors.md', () => {
  const without = [...said].filter(([event]) => !documented.some((row) => isMeant(event, row)));
  expect(without.map(([event, file]) => `${event} (${file})`)).toEqual([]);
});

test('every row of docs/errors.md is a warning that the sources give', () => {
  const unsaid = documented.filter((row) => ![...said.keys()].some((event) => isMeant(event, row)));
  expect(unsaid).toEqual([]);
});

test('no event has two rows', () => {
  expect(documented.filter((row, i) => documented.indexOf(row) !== i)).toEqual([]);
});

test.each([
  ["warn({ event: 'a_b', message })", ['a_b']],
  ["new ListedWarnings(\n  context.warn,\n  'a_b',\n  'more', {})", ['a_b']],
  [`new ListedWarnings(warn, \`a_${TYPE}_b\`, more)`, [`a_${TYPE}_b`]],
  ["warn({ event: 'leftovers' })", ['leftovers']],
  ["this.#warnOf('a_b', text)", ['a_b']],
  ["warnings.add('a_b', () => path)", ['a_b']],
  ["const KIND = { event: 'a_b', says: 'c' };", ['a_b']],
  ["warn({ event: isAll ? 'a_b' : 'c_d' })", ['a_b', 'c_d']],
  ["sort('not_an', 'event_at_all')", []],
])('an event is found in %j', (text, events) => {
  expect([...new Set(eventsIn(text))]).toEqual(events);
});
