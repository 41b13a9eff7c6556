import type { RequestOptions } from 'node:http';

export declare function sweep(
  connection: RequestOptions,
  runId: string,
): Promise<{ readonly containers: number; readonly images: number }>;
