export { nodeIdOf } from './format/node-id.ts';
export type { Peer } from './format/peer.ts';
export { placeOfNode } from './prepare/node-place.ts';
export { parsePeerList } from './prepare/peer-list.ts';
export { prepareNode, type RestoreRun } from './prepare/prepare-node.ts';
export type { PrepareRequest, PrepareResult } from './prepare/prepare-request.ts';
export { removeStagedNode } from './prepare/staged-node.ts';
export { type VerifyResult, verifyNode } from './verify/verify-node.ts';
