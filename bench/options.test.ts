import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('sizes are measured from small to large, each once', () => {
  expect(parseOptions(['--records', '300,20,300'])?.records).toEqual([20, 300]);
});

test.each(['0', '-1', '1e3', '', '5000000000'])('--records %j is refused', (text) => {
  expect(() => parseOptions([`--records=${text}`])).toThrow('--records');
});
