/**
 * Writes not-yet.json anew from what fails today:
 *
 *   node write-not-yet.ts --reason archive='The archive program is not built yet.'
 *
 * A reason already in the file is kept. A failing case that needs nothing missing is a defect and never listed.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { needsOf } from './case-needs.ts';
import { findCases } from './golden-case.ts';
import { runCase } from './run-case.ts';
import { GOLDEN, NOT_YET_FILE, PROGRAMS, readNotYet } from './setting.ts';

const { values } = parseArgs({ options: { reason: { type: 'string', multiple: true, default: [] } } });
const given = values.reason.map((text) => {
  const [need, ...reason] = text.split('=');
  return [need, reason.join('=')] as const;
});
const known: Record<string, string> = { ...readNotYet().reasons, ...Object.fromEntries(given) };

const cases: Record<string, string[]> = {};
const unexplained: string[] = [];
for (const golden of findCases(GOLDEN)) {
  const wrong = await runCase(golden, PROGRAMS);
  if (wrong === undefined) continue;
  const needs = needsOf(golden, PROGRAMS).filter((need) => known[need]);
  if (needs.length > 0) cases[golden.name] = needs;
  else unexplained.push(`${golden.name} (may need: ${needsOf(golden, PROGRAMS).join(', ') || 'nothing'})`);
  console.log(`${needs.length > 0 ? 'listed' : 'FAILS '} ${golden.name}: ${wrong}`);
}

const used = new Set(Object.values(cases).flat());
const reasons = Object.fromEntries(Object.entries(known).filter(([need]) => used.has(need)));
const text = JSON.stringify({ reasons, cases }, null, 2);
const onOneLine = (list: string) => list.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']');
writeFileSync(NOT_YET_FILE, `${text.replace(/\[\n[^\]]*\]/g, onOneLine)}\n`);
console.log(`${Object.keys(cases).length} cases listed`);
if (unexplained.length > 0) {
  console.log(`\nThese fail and nothing explains it. Mend them, or say --reason NEED=TEXT:\n${unexplained.join('\n')}`);
  process.exitCode = 1;
}
