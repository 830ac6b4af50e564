import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocks, messageRows, ROOT } from './guide.test-support.ts';
import { OperatorMachine } from './operator-machine.test-support.ts';

let machine: OperatorMachine;

beforeAll(() => {
  machine = new OperatorMachine();
  const words = blocks().find(({ heading }) => heading === 'Before you begin')!;
  machine.run(words.text, ROOT);
  const made = machine.run(
    `ekv-decode --safe --cluster-id prod --input-snap-dir /var/lib/elastickv/n1 --output dump
     ekv-encode --safe --input dump --output restore.fsm
     ekv-decode --safe --input-snap-dir /var/lib/elastickv/n1 --output nameless
     ekv-encode --safe --input nameless --output nameless.fsm
     ekv-restore prepare --input restore.fsm --data-dir prepared --index 1 --peers n1=h:1 --target-cluster-id prod
     mkdir young && cp -r /var/lib/elastickv/n1/snap young && mkdir young/fsm-snap && rm young/snap/*
     cp -r dump edited && printf %s other > edited/redis/db_0/strings/alpha%3Astate.bin
     cp -r dump spaced && echo >> spaced/redis/db_0/hashes/alpha%3Ah.json`,
  );
  if (made.status !== 0) throw new Error(made.stderr);
  // A loaded machine takes its time.
}, 120_000);

afterAll(() => machine[Symbol.dispose]());

/** How each message of the guide comes about, and the exit code. */
const CAUSES: Readonly<Record<string, { readonly script: string; readonly exit: number }>> = {
  'holds no snapshot': { script: 'ekv-decode --safe --input-snap-dir young --output o', exit: 1 },
  'the snapshot has no data': {
    script: 'printf "EKVPBBL1\\0\\0\\0\\0\\0\\0\\0\\0" > empty.fsm; ekv-decode --safe --input empty.fsm --output o',
    exit: 1,
  },
  'the checksum does not match': {
    script:
      'cp /var/lib/elastickv/n1/fsm-snap/0000000000000097.fsm bad.fsm; printf x | dd of=bad.fsm bs=1 seek=40 conv=notrunc 2> log; ekv-decode --input bad.fsm --output o',
    exit: 1,
  },
  'is not empty': { script: 'mkdir full && touch full/x; ekv-decode --input restore.fsm --output full', exit: 1 },
  'exists already': { script: 'touch x.tar.zst; ekv-archive pack --input dump --output x.tar.zst', exit: 1 },
  'differs from its CHECKSUMS': { script: 'ekv-encode --safe --input edited --output o.fsm', exit: 2 },
  'is damaged': {
    script:
      'ekv-archive pack --input dump --output whole.tar.zst && head -c 2000 whole.tar.zst > cut.tar.zst; ekv-archive verify cut.tar.zst',
    exit: 2,
  },
  'killed left': {
    script: 'touch killed.fsm.tmp-0123456789abcdef; ekv-encode --safe --input dump --output killed.fsm',
    exit: 0,
  },
  'self-test diff': { script: 'ekv-encode --self-test --input spaced --output o.fsm', exit: 2 },
  'the sidecar restore.fsm.encode_info.json is missing': {
    script:
      'mkdir alone && cp restore.fsm alone && cd alone && ekv-restore prepare --input restore.fsm --data-dir p --index 1 --peers n1=h:1 --target-cluster-id prod',
    exit: 1,
  },
  'manifest_cluster_id is empty': {
    script: 'ekv-restore prepare --input nameless.fsm --data-dir p --index 1 --peers n1=h:1 --target-cluster-id prod',
    exit: 2,
  },
  'the dump comes from the cluster': {
    script: 'ekv-restore prepare --input restore.fsm --data-dir p --index 1 --peers n1=h:1 --target-cluster-id lab',
    exit: 2,
  },
  'with its store fsm.db': {
    script:
      'mkdir -p r/n1/fsm.db; ekv-restore prepare --input restore.fsm --raft-data-dir r --raft-id n1 --index 1 --peers n1=h:1 --target-cluster-id prod',
    exit: 1,
  },
  checksum: {
    script:
      'cp -r prepared copied; printf x | dd of=copied/fsm-snap/0000000000000001.fsm bs=1 seek=99 conv=notrunc 2> log; ekv-restore verify copied',
    exit: 2,
  },
};

test.each(messageRows())('"$message" ($step)', ({ message }) => {
  const cause = CAUSES[message];
  expect(cause, 'nothing here brings this message about').toBeDefined();
  const { status, stderr } = machine.run(cause!.script);
  expect(stderr).toContain(message);
  expect(status).toBe(cause!.exit);
});

test('each message that is brought about here stands in the guide', () => {
  expect(
    messageRows()
      .map(({ message }) => message)
      .sort(),
  ).toEqual(Object.keys(CAUSES).sort());
});
