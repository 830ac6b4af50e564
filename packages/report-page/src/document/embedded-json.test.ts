import fc from 'fast-check';
import { expect, test } from 'vitest';
import { embeddedJson } from './embedded-json.ts';

test('what ends a script, begins a comment or ends a line is escaped', () => {
  expect(embeddedJson(['</script><!--', '\u2028\u2029'])).toBe('["\\u003c/script>\\u003c!--","\\u2028\\u2029"]');
});

test('any value is read back, and has no tag in it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 2 }), (value) => {
      const json = embeddedJson([value]);
      expect(json).not.toMatch(/[<\u2028\u2029]/);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify([value])));
    }),
  );
});
