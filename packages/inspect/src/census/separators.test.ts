import { expect, test } from 'vitest';
import { SeparatorSample } from './separators.ts';

function separatorOf(names: readonly string[]): string {
  const sample = new SeparatorSample();
  for (const name of names) {
    const bytes = Buffer.from(`xx${name}yy`);
    if (!sample.isFull) sample.add(bytes, 2, bytes.length - 2);
  }
  return sample.separator();
}

const many = (name: (i: number) => string) => Array.from({ length: 300 }, (_, i) => name(i));

test('names are divided at what most of them have, and what makes groups of them', () => {
  expect(separatorOf(many((i) => `user:${i}:name`))).toBe(':');
  expect(separatorOf(many((i) => `${['photos', 'videos', 'docs'][i % 3]}/2024/${i}.jpg`))).toBe('/');
  expect(separatorOf(many((i) => `cache_${i}`))).toBe('_');
  expect(separatorOf([...many((i) => `session:${i}`), ...many((i) => `plain${i}`).slice(0, 100)])).toBe(':');
});

test('the more usual separator counts where two do the same', () => {
  expect(separatorOf(many((i) => `user-a:${i % 9}`))).toBe(':');
  expect(separatorOf(many((i) => `app.users:${i}`))).toBe(':');
});

test('names without groups are not divided: random ones, those that differ before the separator, and none at all', () => {
  expect(separatorOf([])).toBe('');
  expect(separatorOf(many((i) => `${i * 7919}`))).toBe('');
  expect(separatorOf(many((i) => `${i}:profile`))).toBe('');
  expect(separatorOf(many((i) => `:${i}`))).toBe('');
  expect(separatorOf(many((i) => `${(i * 2654435761) % 4294967296}-${i % 3}-4f0c`))).toBe('');
});

test('it looks at no more than a thousand names, and at the beginning of long ones', () => {
  const sample = new SeparatorSample();
  const long = Buffer.from(`${'x'.repeat(1 << 20)}:y`);
  for (let i = 0; !sample.isFull; i++) {
    if (i > 1000) throw new Error('it wants more');
    long.write(`${i} `);
    sample.add(long, 0, long.length);
  }
  expect(sample.separator()).toBe('');
});

test('one name is looked at once, however many rows it has', () => {
  expect(separatorOf(Array.from({ length: 50 }, () => 'cart:1'))).toBe('');
});
