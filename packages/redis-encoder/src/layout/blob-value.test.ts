import { expect, test } from 'vitest';
import { blobHeaderBytes, HYPERLOGLOG_HEADER_BYTE, writeHyperLogLogValue } from './blob-value.ts';

test.each(['ff02', 'ff0200', 'ff0201', 'ff02015566', 'ff0100', 'ff', ''])(
  'the payload %s of a HyperLogLog that does not expire is read back as it was, also where it looks like a header',
  (payload) => {
    const value = Buffer.from(writeHyperLogLogValue(Buffer.from(payload, 'hex'), null));
    const row = { bytes: value, valueStart: 0, valueEnd: value.length, offset: 0, keyStart: 0, keyEnd: 0 };
    const headerBytes = blobHeaderBytes(row, HYPERLOGLOG_HEADER_BYTE, '!redis|hll|');
    expect(value.toString('hex', headerBytes)).toBe(payload);
  },
);
