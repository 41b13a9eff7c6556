/** How builders tell that a COPY came from the cache. */

/**
 * In the text of a build: `#5 [1/4] COPY …` with `#5 CACHED` (BuildKit, plain progress), or `Step 2/6 : COPY …`
 * followed by `---> Using cache` (classic), or `STEP 2/6: COPY …` followed by `--> Using cache` (buildah).
 */
export function countCachedSteps(text: string): number {
  const lines = text.split('\n');
  const copies = new Set(lines.flatMap((line) => /^(#\d+) \[[^\]]*\] COPY /.exec(line)?.[1] ?? []));
  const cached = lines.filter((line) => copies.has(/^(#\d+) CACHED/.exec(line)?.[1] ?? ''));
  let isCopy = false;
  let classic = 0;
  for (const line of lines) {
    const step = /^step \d+\/\d+ ?: (\w+)/i.exec(line)?.[1];
    if (step !== undefined) isCopy = step === 'COPY';
    if (isCopy && /^\s*-+> Using cache/.test(line)) classic += 1;
  }
  return cached.length + classic;
}

/**
 * In the events of BuildKit's API: `moby.buildkit.trace` holds protobuf `StatusResponse`s, whose field 1 is a `Vertex`
 * with digest (1), name (3) and cached (4).
 */
export function countCachedVertexes(traces: readonly string[]): number {
  const cached = new Set<string>();
  for (const trace of traces) {
    for (const vertex of fieldsOf(Buffer.from(trace, 'base64')).get(1) ?? []) {
      if (typeof vertex === 'number') continue;
      const fields = fieldsOf(vertex);
      const name = String(fields.get(3)?.[0] ?? '');
      if (/\] COPY /.test(name) && fields.get(4)?.[0] === 1) cached.add(String(fields.get(1)?.[0]));
    }
  }
  return cached.size;
}

type Field = number | Buffer;

/** The fields of one protobuf message by number. Fixed-width fields are passed over. */
function fieldsOf(message: Buffer): ReadonlyMap<number, readonly Field[]> {
  const fields = new Map<number, Field[]>();
  let offset = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; offset < message.length; shift += 7) {
      const byte = message[offset] ?? 0;
      offset += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (offset < message.length) {
    const key = varint();
    const kind = key % 8;
    if (kind === 1) offset += 8;
    else if (kind === 5) offset += 4;
    else {
      const value = varint();
      const field = kind === 2 ? message.subarray(offset, offset + value) : value;
      if (kind === 2) offset += value;
      const number = Math.floor(key / 8);
      fields.set(number, [...(fields.get(number) ?? []), field]);
    }
  }
  return fields;
}
