import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Block, blocks, ROOT } from './guide.test-support.ts';
import { OperatorMachine } from './operator-machine.test-support.ts';

const STAND_INS = ['systemctl', 'chown', 'aws', 'redis-cli', 'vi', 'page-someone'];

let machine: OperatorMachine;

beforeAll(() => {
  machine = new OperatorMachine();
  for (const name of STAND_INS) machine.standIn(name);
});

afterAll(() => machine[Symbol.dispose]());

/** What the guide takes for given before a section. */
const BEFORE: Readonly<Record<string, () => void>> = {
  'After editing a dump': () => {
    const path = machine.path('dump/redis/db_0/hashes/alpha%3Ah.json');
    writeFileSync(path, JSON.stringify(JSON.parse(readFileSync(path, 'utf8')), undefined, 4));
  },
  'From a program': () => copyFileSync(machine.path('tree.fsm'), machine.path('made.fsm')),
  'When the backup is damaged': () => {
    const bytes = readFileSync(`${ROOT}/fixtures/golden/live/snapshot-folder/node/fsm-snap/0000000000000097.fsm`);
    bytes.fill(0xee, 3000, 3040);
    writeFileSync(machine.path('damaged.fsm'), bytes);
  },
};

/** One by one, so that each has its exit code: a block may name those that are not 0. */
function commandsOf({ text, marks }: Block): { script: string; exit: number }[] {
  const exits = marks.get('exit');
  if (exits === undefined) return [{ script: text, exit: 0 }];
  const lines = text.trim().split('\n');
  return lines.map((script, at) => ({ script, exit: Number(exits.split(',')[at]) }));
}

const KINDS: Readonly<Record<string, (block: Block) => void>> = {
  sh: (block) => {
    const file = block.marks.get('file');
    if (file !== undefined) return machine.program(file, block.text);
    for (const { script, exit } of commandsOf(block)) {
      const outcome = machine.run(script, block.heading === 'Before you begin' ? ROOT : undefined);
      expect(outcome.status, `${script}\n${outcome.stderr}`).toBe(exit);
    }
  },
  cron: (block) => {
    const command = block.text.trim().split(' ').slice(5).join(' ');
    expect(machine.run(command).status).toBe(0);
    // The snapshot of the node is older than a day.
    expect(existsSync(machine.path('/page-someone.calls'))).toBe(true);
  },
};

test('every command of docs/operations.md does what it says, from top to bottom', { timeout: 120_000 }, () => {
  const seen = new Set<string>();
  for (const block of blocks()) {
    if (!seen.has(block.heading)) BEFORE[block.heading]?.();
    seen.add(block.heading);
    expect(Object.keys(KINDS), `a block of another kind in "${block.heading}"`).toContain(block.language);
    KINDS[block.language]!(block);
  }
  for (const heading of Object.keys(BEFORE)) expect([...seen]).toContain(heading);
});

test('after it the node has its old data again, and the restored data lies beside it', () => {
  expect(readdirSync(machine.path('/var/lib/elastickv')).sort()).toEqual(['n1', 'n1.restored']);
  expect(readdirSync(machine.path('/var/lib/elastickv/n1/fsm-snap'))).toContain('0000000000000097.fsm');
  const outcome = machine.run(
    'ekv-decode --safe --cluster-id prod --input-snap-dir /var/lib/elastickv/n1.restored --output compared',
  );
  expect(outcome.status, outcome.stderr).toBe(0);
  expect(machine.run('diff -r --exclude=MANIFEST.json --exclude=CHECKSUMS /backup/2026-11-28 compared')).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
});

test('the clients are given what stands in the dump', () => {
  const calls = readFileSync(machine.path('/aws.calls'), 'utf8').replace(/file:\/\S+\/tmp\.\w+/, 'file://TEMPORARY');
  expect(calls).toBe(
    [
      '--endpoint-url http://NODE:PORT dynamodb put-item --cli-input-json file://TEMPORARY',
      's3 cp 00000001 s3://photos/2026/cat.jpg --no-guess-mime-type --endpoint-url http://NODE:PORT',
      '--endpoint-url http://NODE:PORT dynamodb put-item --table-name users --item file://whole/dynamodb/users/items/u1.json',
      '--endpoint-url http://NODE:PORT s3 cp whole/s3/photos/2026/cat.jpg s3://photos/2026/cat.jpg',
      '',
    ].join('\n'),
  );
  expect(existsSync(machine.path('whole/dynamodb/users/items/u1.json'))).toBe(true);
  expect(readFileSync(machine.path('/redis-cli.calls'), 'utf8')).toBe(
    '-h NODE -p PORT --pipe\n-h NODE -p PORT -x SET greeting\n',
  );
  expect(readFileSync(machine.path('/systemctl.calls'), 'utf8')).toBe(
    'stop elastickv\nstart elastickv\nstop elastickv\nstart elastickv\n',
  );
});

test('a backup of today pages nobody', () => {
  const now = BigInt(Date.now()) << 16n;
  const outcome = machine.run(
    `ekv-encode --safe --last-commit-ts ${now} --input /backup/2026-11-28 --output today.fsm
     rm -r /var/lib/elastickv/n1 /backup/$(date +%F)
     ekv-restore prepare --input today.fsm --data-dir /var/lib/elastickv/n1 --index 1 --peers n1=h:1 --target-cluster-id prod
     backup-elastickv`,
  );
  expect(outcome.status, outcome.stderr).toBe(0);
});
