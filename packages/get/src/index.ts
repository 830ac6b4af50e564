export type { FindRequest, FindRun } from './find/find-request.ts';
export { type FoundUnits, findUnits } from './find/units-found.ts';
export type { DynamodbUnit, RedisUnit, S3Unit, SqsUnit, Unit } from './units/unit.ts';
export { type Wanted, wantedOwners } from './wanted.ts';
