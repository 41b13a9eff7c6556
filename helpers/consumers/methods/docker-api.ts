import { createReadStream } from 'node:fs';
import { request } from 'node:http';

/** A daemon's answer, or how the connection ended. */
export type ApiEnd =
  | { readonly status: number; readonly body: string }
  | { readonly broken: string; readonly timedOut: boolean };

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly timeoutMs: number;
  /** A value to send as JSON, or a file. */
  readonly json?: unknown;
  readonly file?: string;
  /** Gives up before the time is over, with the reason. */
  readonly signal?: AbortSignal;
  /** Receives the body instead of it being kept. */
  readonly onChunk?: (chunk: Uint8Array) => void;
}

/** Longest body that is kept. */
const MAX_BODY = 4 * 1024 * 1024;

/** One request; never rejects. */
export function askDaemon(socketPath: string, wanted: ApiRequest): Promise<ApiEnd> {
  const { method, path, timeoutMs, json, file, onChunk } = wanted;
  return new Promise((resolve) => {
    let timedOut = false;
    const broken = (error: Error) => {
      clearTimeout(alarm);
      resolve({ broken: error.message, timedOut });
    };
    const sent = request(
      { socketPath, method, path, agent: false, headers: headersOf(wanted) },
      (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          if (onChunk && response.statusCode === 200) return onChunk(chunk);
          length += chunk.length;
          if (length <= MAX_BODY) chunks.push(chunk);
        });
        response.on('error', broken);
        response.on('end', () => {
          clearTimeout(alarm);
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
        });
      },
    );
    const alarm = setTimeout(() => {
      timedOut = true;
      sent.destroy(new Error(`no answer within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    wanted.signal?.addEventListener('abort', () => {
      timedOut = true;
      sent.destroy(new Error(String(wanted.signal?.reason)));
    });
    sent.on('error', broken);
    if (file === undefined) sent.end(json === undefined ? undefined : JSON.stringify(json));
    else
      createReadStream(file)
        .on('error', (error) => sent.destroy(error))
        .pipe(sent);
  });
}

function headersOf({ json, file }: ApiRequest): Record<string, string> {
  if (file !== undefined) return { 'content-type': 'application/x-tar' };
  return json === undefined ? {} : { 'content-type': 'application/json' };
}

/** The daemon's own words for a refusal: `message` of a JSON body, or the body. */
export function messageOf(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  } catch {
    // A body that is no JSON says it itself.
  }
  return body.trim();
}
