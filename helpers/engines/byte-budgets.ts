import type { Socket } from 'node:net';
import { Transform } from 'node:stream';

/**
 * Most bytes that an engine may send. The documented image has about one megabyte; whatever says more than this is
 * stuck or hostile, and is cut off by name instead of filling memory or disk.
 */

/** Of a command on one of its streams, or of a container. */
export const OUTPUT_BYTES = 32 * 1024 ** 2;
/** Of one request's answer: JSON, progress, logs. */
export const ANSWER_BYTES = 64 * 1024 ** 2;
/** Of a saved archive, and of any file that a command of the engine writes. */
export const SAVE_BYTES = 8 * 1024 ** 3;

/** How often the bytes of a connection are looked at. */
const LOOK_MS = 100;

export function overBudget(what: string, bytes: number): Error {
  return new Error(`${what} ${saysTooMuch(bytes)}`);
}

/** `sent more than 64 MiB, the most that an engine may send.` */
export function saysTooMuch(bytes: number): string {
  return `sent more than ${bytes / 1024 ** 2} MiB, the most that an engine may send.`;
}

/** Cuts a connection off that has read more than this. */
export function limitConnection(socket: Socket, bytes: number, onOver: () => void): void {
  const timer = setInterval(() => {
    if (socket.bytesRead <= bytes) return;
    onOver();
    socket.destroy(overBudget('the engine', bytes));
  }, LOOK_MS).unref();
  socket.once('close', () => clearInterval(timer));
}

/** Passes bytes on until there are too many. */
export function limitStream(what: string, bytes: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      size += chunk.length;
      if (size > bytes) callback(overBudget(what, bytes));
      else callback(null, chunk);
    },
  });
}
