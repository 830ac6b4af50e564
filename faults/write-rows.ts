/** Writes so many rows of a kind as a snapshot, as a service would: `write-rows.ts OUTPUT KIND ROWS`. Removes what was left of it when it was killed. */
import { writeSnapshot } from '@ekv/snapshot';

const [output, kind, rows] = process.argv.slice(2) as [string, string, string];

async function* source() {
  for (let i = 0; i < Number(rows); i++) {
    yield { key: Buffer.from(`!redis|str|${(i * 7919) % Number(rows)}`), value: Buffer.from(`${kind} ${i}`) };
  }
}

await writeSnapshot(output, source(), {
  lastCommitTs: new Date('2026-01-02T03:04:05Z'),
  removeLeftovers: true,
});
