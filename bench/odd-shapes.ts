/**
 * Trees in which one thing is far larger than usual, each beside the usual tree of as many records: time per record and memory.
 *
 *     node bench/odd-shapes.ts [--shape NAME,...] [--parts 20,5] [--workers N] [--folder DIR]
 *
 * Sizes are parts of the full one: 20 is a twentieth, 1 all of it. Exits with 1 when a tree does not survive the round trip.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureShape, type OddStep, type Place, type ShapeFigures, STEPS } from './odd/measured-shape.ts';
import type { OddShape } from './odd/odd-shape.ts';
import { ODD_SHAPES } from './odd/shapes.ts';
import { wholeNumber } from './whole-number.ts';

const MIB = 2 ** 20;
const APPS = join(import.meta.dirname, '../apps');

function chosen(names: string | undefined): readonly OddShape[] {
  if (names === undefined) return ODD_SHAPES;
  return names.split(',').map((name) => {
    const shape = ODD_SHAPES.find((one) => one.name === name);
    if (shape === undefined)
      throw new Error(`--shape ${name}: must be one of ${ODD_SHAPES.map((one) => one.name).join(', ')}`);
    return shape;
  });
}

/** What was measured of the usual trees, by name and size: several odd ones are compared with the same. */
const measured = new Map<string, ShapeFigures>();

async function plainFigures({ plain }: OddShape, records: number, place: Place): Promise<ShapeFigures> {
  const name = `${plain.name} ${records}`;
  const known = measured.get(name) ?? (await measureShape(plain, records, place));
  measured.set(name, known);
  return known;
}

/** One line for each step. */
function report(shape: OddShape, records: number, odd: ShapeFigures, plain: ShapeFigures): void {
  const micros = (figures: ShapeFigures, step: OddStep) => ((figures[step].cpu * 1e6) / records).toFixed(2).padStart(8);
  const peak = (figures: ShapeFigures, step: OddStep) =>
    `${((figures[step].peakBytes ?? Number.NaN) / MIB).toFixed(0).padStart(4)} MiB`;
  for (const step of STEPS) {
    const ratio = (odd[step].cpu / plain[step].cpu).toFixed(2);
    const size = `${shape.name.padEnd(24)} ${String(records).padStart(8)} ${step.padEnd(9)}`;
    console.log(
      `${size} ${micros(odd, step)} µs ${peak(odd, step)}  ${shape.plain.name}: ${micros(plain, step)} µs ${peak(plain, step)}  times ${ratio}`,
    );
  }
}

const { values } = parseArgs({
  options: {
    shape: { type: 'string' },
    parts: { type: 'string', default: '20,5' },
    workers: { type: 'string', default: '1' },
    folder: { type: 'string', default: join(import.meta.dirname, 'data') },
  },
});
const shapes = chosen(values.shape);
const parts = values.parts.split(',').map((part) => wholeNumber('parts', part));
mkdirSync(resolve(values.folder), { recursive: true });
const place: Place = {
  folder: mkdtempSync(join(resolve(values.folder), 'odd-shapes-')),
  workers: wholeNumber('workers', values.workers),
  encodeProgram: join(APPS, 'encode-cli/dist/main.js'),
  decodeProgram: join(APPS, 'decode-cli/dist/main.js'),
};
try {
  for (const shape of shapes) {
    for (const part of parts) {
      const records = Math.ceil(shape.records / part);
      const plain = await plainFigures(shape, records, place);
      try {
        report(shape, records, await measureShape(shape, records, place), plain);
      } catch (error) {
        console.error(`${shape.name}, ${records}: ${(error as Error).message}`);
        process.exitCode = 1;
      }
    }
  }
} finally {
  rmSync(place.folder, { recursive: true, force: true });
}
