import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** What figures depend on. */
export interface Machine {
  readonly processor: string;
  /** That the programs may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  /** Of the folder that is written to: its kind, and options where `findmnt` says them. */
  readonly fileSystem: string;
  readonly node: string;
}

/** @param folder where trees and snapshots are written. */
export function thisMachine(folder: string): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: `${process.platform} ${release()}`,
    fileSystem: fileSystemOf(folder),
    node: process.version,
  };
}

function fileSystemOf(folder: string): string {
  try {
    const words = ['--noheadings', '--output', 'FSTYPE,OPTIONS', '--target', folder];
    return execFileSync('findmnt', words, { encoding: 'utf8' }).trim().replace(/\s+/, ', ');
  } catch {
    return 'unknown';
  }
}
