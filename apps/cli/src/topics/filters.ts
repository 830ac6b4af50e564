export const FILTERS = `Flags of decode, encode, inspect, get, diff and forget that choose a part of the data by its addresses ($0 help addresses); each may be given several times:
  --match PATTERN    only what has such an address
  --scope A=NAME     only what is in this table, bucket or queue: dynamodb=orders, s3=photos, sqs=jobs
  --exclude PATTERN  not what has such an address

A pattern is compared with whole addresses:
  *       any run of characters, / too, also none
  ?       one character
  [a-z]   one of these; [!a-z] one that is none of these
  [*]     the character * itself; also [?] and [[]

A pattern that is the address of a table, bucket or queue, or the name of an adapter, takes all in it. One that no address can match is an error: session:* lacks its redis/. There are no regular expressions. Put patterns into quotes, or the shell takes them for names of files.

With --expired drop decode, encode, inspect, get and diff leave out keys and messages whose time was over when the data was taken.

One table out of a backup, and all but what is only cached:
  $0 decode --input backup.fsm --output orders --scope dynamodb=orders
  $0 decode --input backup.fsm --output lean --exclude 'redis/cache:*' --expired drop

A dump that holds a part says so in its manifest (ekv.filter), and encode warns of it: a snapshot of it replaces all that a node holds by that part.
`;
