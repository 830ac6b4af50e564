/**
 * Decodes the same rows from one snapshot, from one for each of several Raft groups, and from one in the form of SST files, run after run.
 *
 *     node bench/several-groups.ts [--rows N] [--groups N] [--runs N] [--folder DIR]
 *
 * Ratios are medians of those of single runs, to the decode of one snapshot just before.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureProcess, type ProcessFigures } from './measured-process.ts';
import { listName, listRows, ROWS_OF_A_LIST } from './node-files/list-rows.ts';
import { PlainFile } from './node-files/plain-file.ts';
import { SstFile } from './node-files/sst-file.ts';

import { median } from './times.ts';
import { wholeNumber } from './whole-number.ts';

const DECODE = join(import.meta.dirname, '../apps/decode-cli/dist/main.js');
const MIB = 2 ** 20;
/** Of each group, so that a merge goes from one file to another often. */
const RANGES_OF_A_GROUP = 8;

const FORMS = ['one file', 'several groups', 'SST files'] as const;
type Form = (typeof FORMS)[number];

/** Writes the rows in all three forms. @returns for each how `ekv-decode` is given them. */
function writeSnapshots(folder: string, rows: number, groups: number): Readonly<Record<Form, readonly string[]>> {
  const lists = Math.round(rows / ROWS_OF_A_LIST);
  const ranges = groups * RANGES_OF_A_GROUP;
  const path = (name: string) => join(folder, `${name}.fsm`);
  const one = new PlainFile(path('one'));
  const sst = new SstFile(path('sst'));
  const several = Array.from({ length: groups }, (_, i) => new PlainFile(path(`group-${i + 1}`)));
  for (const row of listRows({ lists, valueBytes: 60, seed: 1 })) {
    one.add(row);
    sst.add(row);
    several[Math.floor((row.list * ranges) / lists) % groups]!.add(row);
  }
  for (const file of [one, sst, ...several]) file.close();
  const bounds = Array.from({ length: ranges }, (_, i) => (i === 0 ? '' : listName(Math.ceil((i * lists) / ranges))));
  const text = bounds.map((start, i) => `${start}:${bounds[i + 1] ?? ''}=${(i % groups) + 1}`).join();
  const inputs = several.flatMap((_, i) => ['--input', `${i + 1}=${path(`group-${i + 1}`)}`]);
  return {
    'one file': ['--input', path('one')],
    'several groups': [...inputs, '--routes', text],
    'SST files': ['--input', path('sst')],
  };
}

/** What was decoded, and the lines of CHECKSUMS that say what the tree is, but for the manifest. */
interface Decoded {
  readonly figures: ProcessFigures;
  readonly sums: string;
}

async function decoded(folder: string, form: Form, words: readonly string[]): Promise<Decoded> {
  const output = join(folder, 'decoded');
  const command = [process.execPath, DECODE, ...words, '--output', output, '--adapter', 'redis', '--strict', '--quiet'];
  const figures = await measureProcess(command);
  if (figures.code !== 0) throw new Error(`${form}: exit code ${figures.code}\n${figures.output}`);
  const sums = readFileSync(join(output, 'CHECKSUMS'), 'latin1').replace(/^.* {2}MANIFEST\.json\n/m, '');
  rmSync(output, { recursive: true });
  return { figures, sums };
}

function report(runs: ReadonlyArray<Readonly<Record<Form, ProcessFigures>>>): void {
  for (const form of FORMS) {
    const of = (figure: (one: ProcessFigures) => number) => median(runs.map((run) => figure(run[form])));
    const ratio = (figure: (one: ProcessFigures) => number) =>
      median(runs.map((run) => figure(run[form]) / figure(run['one file']))).toFixed(2);
    const more = median(runs.map((run) => (run[form].peakBytes ?? 0) - (run['one file'].peakBytes ?? 0)));
    const peak = `peak ${(of(({ peakBytes }) => peakBytes ?? 0) / MIB).toFixed(0)} MiB, ${(more / MIB).toFixed(0)} more`;
    const wall = `wall ${of(({ wall }) => wall).toFixed(1)} s, times ${ratio(({ wall }) => wall)}`;
    console.log(
      `${form.padEnd(15)} ${wall}; cpu ${of(({ cpu }) => cpu).toFixed(1)} s, times ${ratio(({ cpu }) => cpu)}; ${peak}`,
    );
  }
}

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '2000000' },
    groups: { type: 'string', default: '8' },
    runs: { type: 'string', default: '3' },
    folder: { type: 'string', default: join(import.meta.dirname, 'data') },
  },
});
const folder = join(resolve(values.folder), 'several-groups');
mkdirSync(folder, { recursive: true });
try {
  const words = writeSnapshots(folder, wholeNumber('rows', values.rows), wholeNumber('groups', values.groups));
  const runs: Record<Form, ProcessFigures>[] = [];
  let tree: string | undefined;
  for (let run = 0; run < wholeNumber('runs', values.runs); run++) {
    const figures: Partial<Record<Form, ProcessFigures>> = {};
    for (const form of FORMS) {
      console.error(`bench: run ${run + 1}, ${form}`);
      const { figures: taken, sums } = await decoded(folder, form, words[form]);
      tree ??= sums;
      if (sums !== tree) throw new Error(`${form}: the tree is another than that of one file`);
      figures[form] = taken;
    }
    runs.push(figures as Record<Form, ProcessFigures>);
  }
  report(runs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
