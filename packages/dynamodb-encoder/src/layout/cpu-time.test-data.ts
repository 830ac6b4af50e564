/** Least time of the processor, in ms, that one of several runs takes. Not `threadCpuUsage`, which moves in steps of a timer's ticks. */
export function leastCpuTime(work: () => unknown, runs = 5): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
