import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { type BenchOptions, parseOptions, USAGE } from './options.ts';
import { growthReport, type SizeFigures, sizeReport } from './report.ts';
import { RoundTrips } from './round-trip.ts';
import { STEPS, summary } from './steps.ts';

const RESULTS = join(import.meta.dirname, 'results');

/** Measures all sizes, prints the report and keeps the figures in bench/results. */
async function bench(options: BenchOptions): Promise<void> {
  for (const program of [options.encodeProgram, options.decodeProgram]) {
    if (!existsSync(program)) throw new Error(`there is no ${program}; run pnpm build first`);
  }
  const date = new Date().toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
  const folder = join(options.folder, date);
  mkdirSync(folder, { recursive: true });
  try {
    const sizes = await measure(folder, options);
    report(sizes);
    console.log(`All figures: ${keepResults(date, options, sizes)}`);
  } catch (error) {
    console.error(`What was written so far stays in ${folder}`);
    throw error;
  }
  if (options.keep) console.log(`Trees and snapshots: ${folder}`);
  else rmSync(folder, { recursive: true });
}

async function measure(folder: string, options: BenchOptions): Promise<RoundTrips[]> {
  const sizes: RoundTrips[] = [];
  for (const records of options.records) {
    progress(`generates ${records} records`);
    sizes.push(new RoundTrips(folder, records, options));
  }
  for (let run = 0; run < options.runs; run++) {
    for (const size of sizes) {
      progress(`${size.records} records, run ${run + 1} of ${options.runs}`);
      await size.measure(run);
    }
  }
  for (let run = 0; run < options.runs; run++) {
    for (const size of sizes) {
      progress(`${size.records} records, self-test ${run + 1} of ${options.runs}`);
      await size.measureSelfTest(run);
    }
  }
  return sizes;
}

function report(sizes: readonly SizeFigures[]): void {
  for (const size of sizes) console.log(sizeReport(size));
  sizes.slice(1).forEach((size, i) => {
    console.log(growthReport(sizes[i]!, size));
  });
}

/** Writes the figures of all runs and their medians; gives the path. */
function keepResults(date: string, options: BenchOptions, sizes: readonly SizeFigures[]): string {
  const processors = cpus();
  const machine = {
    processor: processors[0]?.model,
    processors: processors.length,
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()}`,
    node: process.version,
  };
  const measured = sizes.map(({ records, tree, snapshotBytes, samples }) => ({
    records,
    tree,
    snapshotBytes,
    medians: Object.fromEntries(STEPS.map((step) => [step, summary(step, samples)])),
    runs: samples,
  }));
  const path = join(RESULTS, `${date}.json`);
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(path, `${JSON.stringify({ date, machine, options, sizes: measured }, null, 2)}\n`);
  return path;
}

function progress(text: string): void {
  console.error(`bench: ${text}`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else await bench(options);
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
}
