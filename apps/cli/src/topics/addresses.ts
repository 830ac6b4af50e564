export const ADDRESSES = `An address names one key, item, object or message in one line of plain text, in all that is printed and on command lines:
  redis/KEY                                  redis/user:1
  dynamodb/TABLE/PARTITION-KEY               dynamodb/users/u1
  dynamodb/TABLE/PARTITION-KEY/SORT-KEY      dynamodb/orders/c42/2026-01-02
  s3/BUCKET/KEY                              s3/photos/2026/cat.jpg
  sqs/QUEUE/MESSAGE-ID                       sqs/jobs/0b7f3c9e

Without its last part it names a table, bucket or queue and all in it, dynamodb/orders; the first word alone is all of an adapter, redis.

What is no plain text is written as bytes, %HH: control characters, white space but the blank, what is drawn as nothing, what is no UTF-8, and % itself as %25. So redis/a%0Ab is the key of three bytes with a line feed in it, and nothing in an address can command a terminal. A / stays in the last part; before that it is %2F.

A number in a key of DynamoDB stands as its text, a binary key as its bytes.

Put an address with *, ? or a blank in it into quotes, for the shell:
  $0 get a.fsm 'redis/two words'
  $0 get a.fsm dynamodb/orders/c42/2026-01-02 --history
`;
