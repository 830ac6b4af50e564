import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SHAPES, type Shape } from './shape-names.ts';

/** What is measured, and where. */
export interface BenchOptions {
  readonly shape: Shape;
  /** Sizes in records, ascending. */
  readonly records: readonly number[];
  readonly valueBytes: number;
  readonly seed: number;
  readonly runs: number;
  /** Absolute path of the folder that trees and snapshots go to. */
  readonly folder: string;
  readonly keep: boolean;
  readonly encodeProgram: string;
  readonly decodeProgram: string;
}

export const USAGE = `Usage: node main.ts [options]

  --shape SHAPE           shape of the trees: redis, dynamodb, s3, sqs, sqs-queue (default redis)
  --records N,N,...       sizes, in keys, items, objects or messages (default 20000,200000)
  --value-bytes B         mean length of a value (default 100)
  --seed S                other keys and values of the same shape (default 1)
  --runs R                each figure is the median of R runs (default 3)
  --folder DIR            where trees and snapshots go (default bench/data)
  --keep                  do not remove them at the end
  --encode-program FILE   main.js of the encode to measure (default apps/encode-cli/dist/main.js)
  --decode-program FILE   main.js of the decode to measure (default apps/decode-cli/dist/main.js)
  --help                  this text
`;

const ROOT = join(import.meta.dirname, '..');

/** Gives `undefined` when help is asked for. Throws an Error that names the option when one is wrong. */
export function parseOptions(words: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...words],
    options: {
      shape: { type: 'string', default: 'redis' },
      records: { type: 'string', default: '20000,200000' },
      'value-bytes': { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '3' },
      folder: { type: 'string', default: join(import.meta.dirname, 'data') },
      keep: { type: 'boolean', default: false },
      'encode-program': { type: 'string', default: join(ROOT, 'apps/encode-cli/dist/main.js') },
      'decode-program': { type: 'string', default: join(ROOT, 'apps/decode-cli/dist/main.js') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const shape = SHAPES.find((name) => name === values.shape);
  if (shape === undefined) throw new Error(`--shape ${values.shape}: must be one of ${SHAPES.join(', ')}`);
  return {
    shape,
    records: sizes(values.records),
    valueBytes: wholeNumber('value-bytes', values['value-bytes']),
    seed: wholeNumber('seed', values.seed),
    runs: positive('runs', values.runs),
    folder: resolve(values.folder),
    keep: values.keep,
    encodeProgram: resolve(values['encode-program']),
    decodeProgram: resolve(values['decode-program']),
  };
}

/** Digits only, below 2^32. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value >= 2 ** 32)
    throw new Error(`--${option} ${text}: must be a whole number below 2^32`);
  return value;
}

function positive(option: string, text: string): number {
  const value = wholeNumber(option, text);
  if (value === 0) throw new Error(`--${option} must be at least 1`);
  return value;
}

function sizes(list: string): number[] {
  const numbers = list.split(',').map((text) => positive('records', text));
  return [...new Set(numbers)].sort((a, b) => a - b);
}
