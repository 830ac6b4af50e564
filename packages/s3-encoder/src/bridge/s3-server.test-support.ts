import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import S3rver from 's3rver';

const ACCESS_KEY = 'S3RVER';

/** A server of S3 in this process, with an empty bucket, and the real client for it. */
export interface S3Server extends AsyncDisposable {
  readonly client: S3Client;
  /** Another client, which the caller destroys. */
  connect(config: S3ClientConfig): S3Client;
  /** Variables with which programs find the server. */
  readonly environment: Readonly<Record<string, string>>;
}

export async function startS3Server(bucket: string): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-s3-test-'));
  const buckets = [{ name: bucket, configs: [] }];
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: folder,
    configureBuckets: buckets,
  });
  const { port } = await server.run();
  // A name of a bucket becomes a part of the path where the host is an address.
  const endpoint = `http://127.0.0.1:${port}`;
  const connect = (config: S3ClientConfig = {}) =>
    new S3Client({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: ACCESS_KEY },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      ...config,
    });
  const client = connect();
  const environment = {
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: ACCESS_KEY,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: endpoint,
    AWS_RESPONSE_CHECKSUM_VALIDATION: 'WHEN_REQUIRED',
  };
  return {
    client,
    connect,
    environment,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
