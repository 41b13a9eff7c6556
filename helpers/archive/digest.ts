import { createHash, type Hash } from 'node:crypto';

/** Algorithms that can be measured here: those the OCI image specification registers, without blake3. */
const HEX_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** `algorithm:encoded` of OCI descriptor.md, "Digests". */
const GRAMMAR = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

interface DigestParts {
  readonly algorithm: string;
  readonly encoded: string;
}

export function isKnownAlgorithm(algorithm: string): boolean {
  return Object.hasOwn(HEX_LENGTH, algorithm);
}

/** Splits a digest; `undefined` when the text breaks the grammar, or the hex form of a known algorithm. */
export function parseDigest(text: unknown): DigestParts | undefined {
  if (typeof text !== 'string' || text.length > 300 || !GRAMMAR.test(text)) return undefined;
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, colon);
  const encoded = text.slice(colon + 1);
  const length = Object.hasOwn(HEX_LENGTH, algorithm) ? HEX_LENGTH[algorithm] : undefined;
  if (length !== undefined && !(encoded.length === length && /^[a-f0-9]+$/.test(encoded))) return undefined;
  return { algorithm, encoded };
}

/** `sha256:<hex>` of bytes (or another algorithm that is known here). */
export function digestOf(bytes: Uint8Array | string, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

interface Digester {
  update(bytes: Uint8Array): void;
  /** `<algorithm>:<hex>`; call once. */
  digest(): string;
}

export function createDigester(algorithm: string): Digester {
  const hash: Hash = createHash(algorithm);
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => `${algorithm}:${hash.digest('hex')}`,
  };
}
