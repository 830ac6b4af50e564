import type { Progress } from '@ekv/core/run-control';

const FIRST_MS = 1000;
const EVERY_MS = 250;
const CLEAR = '\r\x1b[K';

/** One live line on a terminal, for runs longer than a second. */
export class ProgressLine {
  readonly #progress: Progress;
  readonly #write: (text: string) => void;
  readonly #start = performance.now();
  readonly #timer: NodeJS.Timeout;
  #shown = false;
  #phase = '';
  #phaseStart = this.#start;

  constructor(progress: Progress, write: (text: string) => void) {
    this.#progress = progress;
    this.#write = write;
    this.#timer = setInterval(() => this.#show(), EVERY_MS);
    this.#timer.unref();
  }

  /** Makes room for another line. */
  clear(): void {
    if (this.#shown) this.#write(CLEAR);
    this.#shown = false;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #show(): void {
    const now = performance.now();
    const { phase, records, bytes } = this.#progress;
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#phaseStart = now;
    }
    if (now - this.#start < FIRST_MS) return;
    this.#write(`${CLEAR}${progressText(phase, records, bytes, now - this.#phaseStart, now - this.#start)}`);
    this.#shown = true;
  }
}

/** @param phaseMs time in this phase. @param totalMs time of the whole run. */
export function progressText(phase: string, records: number, bytes: number, phaseMs: number, totalMs: number): string {
  const parts = [phase];
  if (records > 0) {
    const seconds = Math.max(phaseMs / 1000, 0.001);
    parts.push(`${grouped(records)} records`, `${mebibytes(bytes)} MiB`, `${grouped(Math.round(records / seconds))}/s`);
  }
  parts.push(clock(totalMs));
  return parts.join('  ');
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
