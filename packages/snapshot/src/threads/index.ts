export { type BatchContext, BatchThread, type BatchThreadOptions, type BatchWork } from './batch-thread.ts';
export { leavesDescriptors } from './free-descriptors.ts';
