import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseShape } from '../case-names.ts';
import { CASE_SHAPES } from '../case-names.ts';
import { type CaseResults, keepResults, type Results } from '../results.ts';
import { plots } from './plots.ts';
import { asMarkdown, asText, floorTable, grouped, growthTable, programTable } from './tables.ts';

const GIB = 2 ** 30;
const PAGE = 'performance.md';
const PLOTS = 'performance';
const RAW = 'results.json';

/** All tables, for a terminal. */
export function textReport({ cases }: Results): string {
  return byShape(cases)
    .map(([shape, own]) => {
      const growth = growthTable(own);
      return `${shape}\n${asText(programTable(own))}${growth === undefined ? '' : `\n${asText(growth)}`}\n${asText(floorTable(own))}`;
    })
    .join('\n');
}

/** Writes `performance.md`, `performance/*.svg` and the raw figures. Gives the path of the page. @param folder `docs` */
export function writePage(folder: string, results: Results): string {
  const drawn = plots(results.cases);
  rmSync(join(folder, PLOTS), { recursive: true, force: true });
  mkdirSync(join(folder, PLOTS), { recursive: true });
  for (const [name, svg] of drawn) writeFileSync(join(folder, PLOTS, name), svg);
  keepResults(join(folder, PLOTS, RAW), results);
  const path = join(folder, PAGE);
  writeFileSync(path, pageOf(results, [...drawn.keys()]));
  return path;
}

/** The page as Markdown. @param drawn names of the plots. */
function pageOf(results: Results, drawn: readonly string[]): string {
  const shapes = byShape(results.cases);
  return [
    heading(results),
    ...drawn.map((name) => `![${name.replace('.svg', '').replaceAll('-', ' ')}](${PLOTS}/${name})\n`),
    ...shapes.map(([shape, own]) => section(shape, own)),
    REPEAT,
  ].join('\n');
}

function heading({ conditions, date, cases }: Results): string {
  const { machine, valueBytes, seed } = conditions;
  const rounds = cases.map((measured) => measured.rounds.length);
  const [least, most] = [Math.min(...rounds), Math.max(...rounds)];
  const runs = least === most ? `${least}` : `${least} to ${most}`;
  const sizes = [...new Set(cases.filter(({ shape }) => shape !== 'large-object').map(({ size }) => size))];
  return `# Performance

Written by \`pnpm bench --report\` from what it measured on ${date}; change nothing here by hand. Figures are medians of ${runs}
${most === 1 ? 'run' : 'runs'} each, a ratio is the median of the ratios of single runs. What is measured, and what the columns mean, is in
[bench/README.md](../bench/README.md#what-is-measured).
${sizeWarning(sizes)}
| machine | |
|:--|:--|
| processor | ${machine.processor} |
| cores | ${machine.cores} |
| memory | ${(machine.memoryBytes / GIB).toFixed(1)} GiB |
| kernel | ${machine.kernel} |
| file system | ${machine.fileSystem} |
| Node | ${machine.node} |
| trees | values of ${valueBytes} bytes on average, seed ${seed} |

A **floor** is the physical work below which no program can go, measured in the same minutes by one thread with the cheapest
calls; \`wall/floor of 2\` compares with two threads, half of the files each. Processor time (\`cpu s\`) is user and system time of
all threads; it depends less than wall time on what else the machine does. \`peak MiB\` is what all processes of a run held
together. \`calls\` are the system calls of all threads, counted in a run of their own at the smallest size where there is
\`strace\`; \`calls/file\` is without those of \`encode --version\`.
`;
}

const LARGE = 100_000;

function sizeWarning(sizes: readonly number[]): string {
  if (sizes.length === 0 || Math.max(...sizes) >= LARGE) return '';
  const text = sizes.map(grouped).join(' and ');
  return `
**Sizes here are small (${text} records): most of the time is the start of Node, so these figures say little about speed
and nothing about growth.**
`;
}

function section(shape: CaseShape, cases: readonly CaseResults[]): string {
  const sizes = cases.map(({ tree, snapshotBytes, size }) => {
    const what = shape === 'large-object' ? `${grouped(size)} MiB` : `${grouped(size)} records`;
    return `${what}: ${grouped(tree.files)} files of ${mib(tree.bytes)} MiB, snapshot of ${mib(snapshotBytes)} MiB.`;
  });
  const growth = shape === 'large-object' ? undefined : growthTable(cases);
  return [
    `## ${shape}\n`,
    `${sizes.join('\n')}\n`,
    asMarkdown(programTable(cases)),
    ...(growth === undefined ? [] : [asMarkdown(growth)]),
    '<details><summary>Floors, step by step</summary>\n',
    asMarkdown(floorTable(cases)),
    '</details>\n',
  ].join('\n');
}

const REPEAT = `## How to repeat it

    pnpm install && pnpm build
    pnpm bench --report

on a machine that does nothing else, with ext4, a file system in memory or one of its own below \`bench/data\` (\`--folder\`). Runs
that are missing are measured, each is kept as soon as it is there, and a second command goes on where the first was stopped.
The raw figures of this page are in [performance/results.json](performance/results.json). A look, in some minutes:
\`pnpm bench --sizes 2000 --large-mib 16 --runs 1\`. Two builds in turn: \`node bench/compare-builds.ts A B\`.
`;

/** In the order in which shapes are named; of each its sizes, ascending. */
function byShape(cases: readonly CaseResults[]): [CaseShape, CaseResults[]][] {
  return CASE_SHAPES.flatMap((shape): [CaseShape, CaseResults[]][] => {
    const own = cases.filter((measured) => measured.shape === shape).sort((a, b) => a.size - b.size);
    return own.length === 0 ? [] : [[shape, own]];
  });
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
