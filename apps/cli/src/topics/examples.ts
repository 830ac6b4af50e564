export const EXAMPLES = `A backup of a node that keeps running, for a script; exit code 0 is the only good one:
  $0 decode --safe --cluster-id prod --input-snap-dir /var/lib/elastickv/n1 --output /backup/2026-11-28

The same in one file:
  $0 decode --safe --cluster-id prod --input-snap-dir /var/lib/elastickv/n1 --output /backup/2026-11-28.tar.zst

Is a backup what it was when it was made? Nothing is unpacked and nothing written:
  $0 archive verify /backup/2026-11-28.tar.zst

What would a decode find, and warn of?
  $0 decode --check --input-snap-dir /var/lib/elastickv/n1

What is in a snapshot, and why is it so large? As text, and as a page to walk into:
  $0 inspect 0000000000000015.fsm
  $0 inspect 0000000000000015.fsm --html report.html

One key, what it was before, and all that begin so:
  $0 get 0000000000000015.fsm redis/user:1
  $0 get 0000000000000015.fsm redis/user:1 --history
  $0 get 0000000000000015.fsm --match 'redis/session:*' --json

What changed between two backups?
  $0 diff /backup/2026-11-27.tar.zst /backup/2026-11-28.tar.zst

Bring one table, and some keys, back into a cluster that runs; the command to run is printed:
  $0 get /backup/2026-11-28.tar.zst dynamodb/orders --as put-item > orders.jsonl
  $0 get /backup/2026-11-28.tar.zst --match 'redis/user:*' --as resp | redis-cli -h 10.0.0.1 --pipe

Take a customer's data out of a backup, all versions of it; look first:
  $0 forget 0000000000000015.fsm --check --match '*alice@example.com*'
  $0 forget 0000000000000015.fsm --match '*alice@example.com*' --output clean.fsm

Change a value in a snapshot:
  $0 decode --input 0000000000000015.fsm --output dump
  printf %s 'new value' > dump/redis/db_0/strings/greeting.bin
  $0 encode --input dump --update-checksums
  $0 encode --safe --input dump --output edited.fsm

Bring it to a node that boots from it, and ask what the node will do; the next steps are printed:
  $0 encode --safe --input /backup/2026-11-28 --output restore.fsm
  $0 restore prepare --input restore.fsm --data-dir prepared --index 1 --peers n1=10.0.0.1:2380 --target-cluster-id prod
  $0 restore verify prepared

Through a pipe, with nothing on the disk of the node:
  $0 decode --input-snap-dir /var/lib/elastickv/n1 --output - --format tar.zst | ssh backup 'cat > dump.tar.zst'
`;
