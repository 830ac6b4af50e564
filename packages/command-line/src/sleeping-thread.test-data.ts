import { EventEmitter } from 'node:events';
import type { WorkOrder } from './work-messages.ts';

/** A thread that comes to life when a test says so. */
export class SleepingThread extends EventEmitter {
  /** The one that was made last. */
  static last: SleepingThread;
  readonly calls: string[] = [];
  readonly order: WorkOrder<unknown>;

  constructor(_: URL, { workerData }: { workerData: WorkOrder<unknown> }) {
    super();
    this.order = workerData;
    SleepingThread.last = this;
  }

  terminate(): Promise<number> {
    this.calls.push('terminate');
    return new Promise(() => {});
  }

  unref(): void {
    this.calls.push('unref');
  }
}
