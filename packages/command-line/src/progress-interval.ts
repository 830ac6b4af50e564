import { UsageError } from '@ekv/snapshot';
import type { SharedFlags } from './report.ts';

/** `--progress`, in ms; `undefined` when it is not given. Throws UsageError. */
export function progressInterval({ progress }: SharedFlags): number | undefined {
  if (progress === undefined) return undefined;
  const seconds = Number(progress);
  if (/^\d+(\.\d+)?$/.test(progress) && seconds >= 0.1 && seconds <= 86_400) return seconds * 1000;
  throw new UsageError(
    `--progress ${JSON.stringify(progress)} must be the seconds between two lines, from 0.1 to 86400`,
  );
}
