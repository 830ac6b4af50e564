export const RECOVERY = `Somebody deleted or overwrote data, less than half an hour ago. A snapshot holds all versions of the last half hour. Copy the newest snapshots of a node away at once, for nodes keep three; then look when it was, and read one key or all of the data as it was before the mistake:
  $0 get 0000000000000015.fsm redis/user:1 --history
  $0 get 0000000000000015.fsm redis/user:1 --at 2026-11-28T03:30:00Z
  $0 decode --input 0000000000000015.fsm --output before --as-of 2026-11-28T03:30:00Z

It was longer ago: take the last backup from before it, and ask what has changed since:
  $0 diff /backup/2026-11-27.tar.zst 0000000000000015.fsm --match 'redis/user:*'

Bring back a part while the cluster runs. $0 get prints what the clients of the front end take, and tells the command to run:
  $0 get /backup/2026-11-27.tar.zst --match 'redis/user:*' --as resp | redis-cli -h 10.0.0.1 --pipe
  $0 get /backup/2026-11-27.tar.zst dynamodb/orders --as batch-write > orders.jsonl

All data is gone, or a new cluster shall have it. A snapshot replaces all that a node holds, in all adapters:
  $0 encode --safe --input /backup/2026-11-28 --output restore.fsm
  $0 restore prepare --input restore.fsm --data-dir prepared --index 1 --peers n1=10.0.0.1:2380 --target-cluster-id prod
Then stop all nodes, move their old directories away as a whole, put the prepared one in their place, start. $0 restore prepare prints these steps with your paths and peers.

A snapshot is damaged. Look for the one of another node of the group first: each has its own. Else take what can still be read; what is lost is counted, and the exit code is 3:
  $0 decode --salvage --input damaged.fsm --output salvaged
  $0 encode --self-test --verify --input salvaged --output salvaged.fsm

A dump or an archive is damaged, or was changed. This names the files that differ from its CHECKSUMS; the others can be used:
  $0 archive verify /backup/2026-11-28.tar.zst
Files that you have changed yourself are taken as they are after this:
  $0 encode --input dump --update-checksums

A run was killed. Nothing of it stands at the output; what it left beside it is named by the next run, and removed with --remove-leftovers.

Step by step, with the way back: https://github.com/ekv-dev/ekv/blob/main/docs/operations.md
`;
