import { EnvironmentError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { checkNodeVersion } from './node-version.ts';

test.each(['22.15.0', '22.16.1', '23.0.0', '24.21.0', '100.0.0'])('Node %s will do', (version) => {
  expect(() => checkNodeVersion(version)).not.toThrow();
});

test.each(['18.20.8', '20.19.5', '22.9.0', '22.14.0'])(
  'Node %s is refused, and the message says which is needed',
  (version) => {
    expect(() => checkNodeVersion(version)).toThrow(EnvironmentError);
    expect(() => checkNodeVersion(version)).toThrow(`Node 22.15 or later is needed, this is Node ${version}`);
  },
);

test('the Node that runs this will do', () => {
  expect(() => checkNodeVersion()).not.toThrow();
});
