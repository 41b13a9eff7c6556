import { ANSWER_BYTES, overBudget } from './byte-budgets.ts';

/**
 * Reads the events of an answer, one JSON object a line, to their end. The client's own reader searches all that it holds
 * for each piece that arrives: a line without end would keep it busy for minutes.
 */
export async function readEvents<Event>(stream: NodeJS.ReadableStream): Promise<readonly Event[]> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer | string>) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > ANSWER_BYTES) throw overBudget('the engine', ANSWER_BYTES);
  }
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => parseEvent(line) as Event);
}

function parseEvent(line: string): unknown {
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event === 'object' && event !== null) return event;
  } catch {
    // Told below.
  }
  throw new Error(`the engine answered with a line that is no JSON object: ${line.slice(0, 80)}`);
}
