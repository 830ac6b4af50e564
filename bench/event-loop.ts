/**
 * How long `writeSnapshot` keeps the event loop, beside an idle process at the same time.
 *
 *     node bench/event-loop.ts [ROWS]
 *
 * The longest turn is given by the clock and by the CPU time of the thread: the first has in it what other processes took.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { type SnapshotRow, writeSnapshot } from '@ekv/snapshot';

const IDLE = '--idle';
const MS = 1e6;

interface Delays {
  /** ms. */
  readonly longestTurn: number;
  readonly longestCpuTurn: number;
  /** Of `monitorEventLoopDelay` with a resolution of 1 ms. */
  readonly p99: number;
  readonly max: number;
}

/** Watches the event loop until the given work is done. */
async function delaysDuring(work: () => Promise<void>): Promise<Delays> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  let [longestTurn, longestCpuTurn, isDone] = [0, 0, false];
  let [at, cpu] = [performance.now(), process.threadCpuUsage()];
  const turn = () => {
    const now = performance.now();
    const { user, system } = process.threadCpuUsage(cpu);
    longestTurn = Math.max(longestTurn, now - at);
    longestCpuTurn = Math.max(longestCpuTurn, (user + system) / 1000);
    at = now;
    cpu = process.threadCpuUsage();
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isDone = true;
  histogram.disable();
  return { longestTurn, longestCpuTurn, p99: histogram.percentile(99) / MS, max: histogram.max / MS };
}

/** In an order that the sort must change. */
function* rows(count: number): Generator<SnapshotRow> {
  const value = Buffer.alloc(100, 'v');
  for (let i = 0; i < count; i++) yield { key: Buffer.from(`!redis|str|user:${(i * 7919) % count}`), value };
}

function line(name: string, { longestTurn, longestCpuTurn, p99, max }: Delays): string {
  const text = [longestTurn, longestCpuTurn, p99, max].map((ms) => ms.toFixed(1).padStart(8));
  return `${name.padEnd(14)} longest turn ${text[0]} ms, of CPU ${text[1]} ms; delay p99 ${text[2]} ms, max ${text[3]} ms`;
}

async function untilInputEnds(): Promise<void> {
  process.stdin.resume();
  await once(process.stdin, 'end');
}

async function main(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-event-loop-'));
  const control = spawn(process.execPath, [fileURLToPath(import.meta.url), IDLE], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  try {
    const start = performance.now();
    const delays = await delaysDuring(async () => {
      await writeSnapshot(join(folder, 'rows.fsm'), rows(count));
    });
    console.log(`${count} rows in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    console.log(line('writeSnapshot', delays));
    control.stdin!.end();
    await once(control, 'exit');
  } finally {
    control.kill();
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[2] === IDLE) console.log(line('idle control', await delaysDuring(untilInputEnds)));
else await main(Number(process.argv[2] ?? 1_500_000));
