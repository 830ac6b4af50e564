import { parentPort, workerData } from 'node:worker_threads';
import { ExternalSorter } from './external-sorter.ts';
import { ScratchFolder } from './scratch.ts';

/** Sorts its part of the rows in a thread of its own, and hands the runs over. */
const { folder, part, parts, rows } = workerData as { folder: string; part: number; parts: number; rows: number };
const sorter = new ExternalSorter({ scratch: new ScratchFolder(folder, `worker-${part}`), arenaBytes: 1 << 12 });
for (let i = part; i < rows; i += parts) sorter.add(Buffer.from(`key ${(i * 7919) % rows}`), Buffer.from(`${i}`));
parentPort!.postMessage({ runs: sorter.handOver(), count: sorter.count });
