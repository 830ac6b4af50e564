/** What a step took, in seconds. */
export interface Times {
  readonly wall: number;
  /** User and system time of all threads. */
  readonly cpu: number;
}

/** Runs a step of this process and gives its result and what it took. */
export function timed<T>(step: () => T): [result: T, times: Times] {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = step();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return [result, { wall, cpu: (user + system) / 1e6 }];
}

/** As {@link timed}, for a step that waits for threads. */
export async function timedAsync<T>(step: () => Promise<T>): Promise<[result: T, times: Times]> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await step();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return [result, { wall, cpu: (user + system) / 1e6 }];
}

export function addTimes(...all: readonly Times[]): Times {
  return {
    wall: all.reduce((sum, { wall }) => sum + wall, 0),
    cpu: all.reduce((sum, { cpu }) => sum + cpu, 0),
  };
}

/** Of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
