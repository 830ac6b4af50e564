export { type BatchContext, BatchThread, type BatchThreadOptions, type BatchWork } from './batch-thread.ts';
