import type Docker from 'dockerode';

/** How often a body is sent to an engine that closes the connection while it is on its way. */
const TRIES = 3;
const CLOSED: readonly unknown[] = ['EPIPE', 'ECONNRESET'];

/**
 * Sends a body, and returns the answer. An engine that has seen enough answers and closes the connection while the rest
 * is still on its way; a client that was writing then cannot read the answer. So it is sent again, as long as the engine
 * answers other questions; `send` makes the body anew each time, and settles when the answer begins.
 */
export async function upload<T>(docker: Docker, send: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left--) {
    try {
      return await send();
    } catch (error) {
      if (left === 1 || !CLOSED.includes((error as NodeJS.ErrnoException).code)) throw error;
      const isThere = await docker.ping().then(
        () => true,
        () => false,
      );
      if (!isThere) throw error;
    }
  }
}
