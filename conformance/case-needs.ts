import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GoldenCase } from './golden-case.ts';
import type { Programs } from './run-case.ts';

/** Bytes by which a snapshot file shows that an adapter has rows in it. */
const ROW_MARKS: Readonly<Record<string, string>> = { dynamodb: '!ddb|', s3: '!s3|', sqs: '!sqs|' };

/** What a case may need beyond the Redis adapter: programs that are not there, and adapters that its data or arguments name. */
export function needsOf(golden: GoldenCase, programs: Programs): string[] {
  const tools = golden.steps.map((step) => step.tool).filter((tool) => programs[tool] === undefined);
  const args = golden.steps.flatMap((step) => step.args);
  const files = readdirSync(golden.folder, { recursive: true, withFileTypes: true });
  const snapshots = files
    .filter((entry) => entry.isFile() && entry.name.endsWith('.fsm'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  const adapters = Object.entries(ROW_MARKS)
    .filter(
      ([adapter, mark]) =>
        files.some((entry) => entry.isDirectory() && entry.name === adapter) ||
        args.some((arg) => arg.split(/[,=]/).includes(adapter)) ||
        snapshots.some((bytes) => bytes.includes(mark)),
    )
    .map(([adapter]) => adapter);
  return [...new Set([...tools, ...adapters])];
}
