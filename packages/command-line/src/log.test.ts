import { expect, test } from 'vitest';
import { Log, type LogOptions } from './log.ts';

function written(use: (log: Log) => void, options: Partial<LogOptions> = {}): string {
  let text = '';
  use(new Log({ format: 'text', quiet: false, program: 'ekv-test', write: (piece) => (text += piece), ...options }));
  return text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME');
}

const WARNING = { event: 'leftovers', message: 'something "was" left', fields: { count: 2, highest: 2n ** 64n - 1n } };

test('a text line has time, level, message and fields in the order given', () => {
  expect(written((log) => log.info('encode complete', { output: 'o.fsm', bytes: 73, self_test: false }))).toBe(
    'time=TIME level=INFO msg="encode complete" output=o.fsm bytes=73 self_test=false\n',
  );
});

test('a warning is a line with its event, and integers of 64 bits are exact', () => {
  expect(written((log) => log.warn(WARNING))).toBe(
    'time=TIME level=WARN msg="something \\"was\\" left" event=leftovers count=2 highest=18446744073709551615\n',
  );
});

test.each([
  ['plain/path-1.fsm', 'plain/path-1.fsm'],
  ['C:\\a', 'C:\\a'],
  ['schön', 'schön'],
  ['', '""'],
  ['two words', '"two words"'],
  ['a=b', '"a=b"'],
  ['a"b', '"a\\"b"'],
  ['line\nbreak', '"line\\nbreak"'],
  ['\x1b[2J', '"\\u001b[2J"'],
  ['\x9b2J', '"\\u009b2J"'],
  ['!zz\\x0a', '!zz\\x0a'],
  ['a key !zz\\x0a', '"a key !zz\\x0a"'],
  ['ends in a \\', '"ends in a \\\\"'],
  ['a \\"b', '"a \\\\\\"b"'],
  ['\u2028', '"\\u2028"'],
  ['\u202egnp', '"\\u202egnp"'],
])('a value is quoted when it could be misread, or is not for a terminal: %j', (value, shown) => {
  expect(written((log) => log.info('m', { value }))).toBe(`time=TIME level=INFO msg=m value=${shown}\n`);
});

test('a JSON line has the same fields, one object a line', () => {
  const text = written((log) => log.warn(WARNING), { format: 'json' });
  expect(text).toBe(
    '{"time":"TIME","level":"WARN","msg":"something \\"was\\" left","event":"leftovers","count":2,"highest":18446744073709551615,"highest_text":"18446744073709551615"}\n',
  );
});

test('an error is one line for people, behind the name of the program', () => {
  expect(written((log) => log.error('x.fsm: the file is truncated'))).toBe('ekv-test: x.fsm: the file is truncated\n');
});

test('a path with control characters does not break the line of an error, nor command the terminal', () => {
  expect(written((log) => log.error('a\nb\r\x1b[2J\x9b\u2028\u202e'))).toBe(
    'ekv-test: a\\x0ab\\x0d\\x1b[2J\\x9b\\u{2028}\\u{202e}\n',
  );
});

test('an error with several problems has a line for each', () => {
  expect(written((log) => log.error('redis: 2 problems:', ['a: wrong', 'b\n: wrong']))).toBe(
    'ekv-test: redis: 2 problems:\n  a: wrong\n  b\\x0a: wrong\n',
  );
});

test('in JSON an error is one line, its problems a list', () => {
  expect(written((log) => log.error('2 problems:', ['a', 'b']), { format: 'json' })).toBe(
    '{"time":"TIME","level":"ERROR","msg":"2 problems:","problems":["a","b"]}\n',
  );
  expect(written((log) => log.error('no'), { format: 'json' })).toBe('{"time":"TIME","level":"ERROR","msg":"no"}\n');
});

test('quiet leaves out what is no warning and no error', () => {
  const all = (log: Log) => {
    log.info('m', {});
    log.warn(WARNING);
    log.error('no');
  };
  expect(written(all, { quiet: true })).toMatch(/^time=TIME level=WARN .*\nekv-test: no\n$/);
});

test('a stack trace stands behind the error, in JSON in a field of its line', () => {
  const fail = (log: Log) => log.error('no', [], 'Error: no\n    at \x1b[2J');
  expect(written(fail)).toBe('ekv-test: no\nError: no\n    at \\x1b[2J\n');
  expect(JSON.parse(written(fail, { format: 'json' }))).toMatchObject({
    msg: 'no',
    stack: expect.stringContaining('at'),
  });
});

test('what somebody asked for is told with quiet too', () => {
  expect(written((log) => log.answer('progress', { phase: 's3' }), { quiet: true })).toBe(
    'time=TIME level=INFO msg=progress phase=s3\n',
  );
});
