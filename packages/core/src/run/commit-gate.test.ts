import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { CommitGate } from './commit-gate.ts';

test('a run that has passed the gate cannot be stopped', () => {
  const gate = new CommitGate();
  gate.pass();
  expect(gate.stop()).toBe(false);
  gate.pass();
  expect(gate.stop()).toBe(false);
});

test('a run that has not passed the gate can be stopped, more than once', () => {
  const gate = new CommitGate();
  expect(gate.stop()).toBe(true);
  expect(gate.stop()).toBe(true);
});

test('a stopped run does not get past the gate: its thread waits there for its end', async () => {
  const gate = new CommitGate();
  expect(gate.stop()).toBe(true);
  const module = new URL('./commit-gate.ts', import.meta.url).href;
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(${JSON.stringify(module)}).then(({ CommitGate }) => {
      parentPort.postMessage('before');
      new CommitGate(workerData).pass();
      parentPort.postMessage('behind');
    });`;
  const worker = new Worker(program, { eval: true, workerData: gate.shared, execArgv: ['--no-warnings'] });
  const messages: unknown[] = [];
  await new Promise<void>((resolve) => {
    worker.on('message', (message) => {
      messages.push(message);
      setTimeout(resolve, 100);
    });
  });
  await worker.terminate();
  expect(messages).toEqual(['before']);
});
