import type { InspectReport } from '../report.ts';

/**
 * The report as `--json` prints it: its members in the order of {@link InspectReport}, their names in snake_case, as in all JSON that the programs print. Names of
 * keys, tables, buckets and queues are values, never names of members.
 */
export function jsonReport(report: InspectReport): Readonly<Record<string, unknown>> {
  return inSnakeCase(report) as Readonly<Record<string, unknown>>;
}

function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [snakeCase(name), inSnakeCase(member)]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
