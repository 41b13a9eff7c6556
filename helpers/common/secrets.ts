import type { Json } from './json.ts';

/**
 * Hides what looks like a secret in what is printed: values of variables, labels and options whose names say so, tokens of
 * well-known shapes, private keys, and passwords in addresses. It is a guess, made for logs that many people read; every
 * expression has bounded repetitions, because the text may be hostile.
 */

export const MASK = '<masked>';

const SECRET_PART =
  /passw(?:or)?d|passphrase|passcode|secret|tokens?(?![a-z])|credential|api_?key|private_?key|access_?key/i;
const SECRET_WORDS = new Set([
  'key',
  'keys',
  'auth',
  'authorization',
  'pwd',
  'pass',
  'dsn',
  'cookie',
  'salt',
  'pat',
]);
/** `PWD` is the working folder, and `..._FILE` names where a secret lies. */
const NO_SECRETS = /^(?:OLD)?PWD$|(?:_FILE|_PATH|_DIR|\.file|\.path)$/i;

/** Whether a variable, label or option of this name is likely to hold a secret. */
export function isSecretName(name: string): boolean {
  const short = name.slice(0, 200);
  if (NO_SECRETS.test(short)) return false;
  if (SECRET_PART.test(short)) return true;
  const words = short
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => SECRET_WORDS.has(word));
}

const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,255}/g,
  /\bgithub_pat_\w{20,255}/g,
  /\bglpat-[\w-]{20,255}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bxox[a-z]-[\w-]{10,255}/g,
  /\bAIza[\w-]{35}/g,
  /\b(?:sk|rk)[-_](?:live_|test_|proj-|ant-)?[\w-]{20,255}/g,
  /\bnpm_[A-Za-z0-9]{30,255}/g,
  /\bpypi-[\w-]{30,255}/g,
  /\bdckr_[a-z]{2,4}_[\w-]{20,255}/g,
  /\bhf_[A-Za-z0-9]{20,255}/g,
  /\beyJ[\w-]{8,4000}\.[\w-]{4,4000}\.[\w-]{0,4000}/g,
];

/** `https://user:password@host`, and `https://token@host`. */
const USER_INFO = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@'"]{1,500}@/gi;
const BEARER = /\b(Bearer|Basic)\s+[\w+/=.~-]{8,4000}/gi;
/** `NAME=value`, `--name=value`, `"name": "value"`, in running text. */
const ASSIGNMENT = /([\w.-]{1,100})("?\s{0,2}[=:]\s{0,2})("[^"]{1,4000}"|'[^']{1,4000}'|[^\s"',;&]{1,4000})/g;
/** `ENV NAME value` and `--name value`. */
const SEPARATED = /((?:\b(?:ENV|ARG|LABEL)\s{1,4}|--?)([\w.-]{1,100})\s{1,4})([^\s=-][^\s]{0,4000})/g;

/** The text with everything that looks like a secret masked. */
export function maskText(text: string): string {
  // One variable, whose value may hold blanks and line breaks.
  const [, whole] = /^([\w./-]{1,200})=[\s\S]/.exec(text) ?? [];
  if (whole !== undefined && isSecretName(whole)) return `${whole}=${MASK}`;
  const shaped = SHAPES.reduce((result, shape) => result.replace(shape, MASK), text);
  return shaped
    .replace(USER_INFO, `$1${MASK}@`)
    .replace(BEARER, `$1 ${MASK}`)
    .replace(ASSIGNMENT, (found: string, name: string, sign: string) =>
      isSecretName(name) ? `${name}${sign}${MASK}` : found,
    )
    .replace(SEPARATED, (found: string, before: string, name: string) =>
      isSecretName(name) ? `${before}${MASK}` : found,
    );
}

/** A value with every secret in it masked; of a list of arguments also the word behind `--password`. */
export function maskSecrets(value: Json): Json {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    return items.map((item, position) => {
      const before = items[position - 1];
      const isNamed = typeof before === 'string' && /^--?[\w.-]{1,100}$/.test(before) && isSecretName(before);
      return isNamed && typeof item === 'string' && !item.startsWith('-') ? MASK : maskSecrets(item);
    });
  }
  const fields = Object.entries(value as { readonly [key: string]: Json });
  return Object.fromEntries(
    fields.map(([name, field]) => [
      name,
      typeof field === 'string' && field !== '' && isSecretName(name) ? MASK : maskSecrets(field),
    ]),
  );
}

/** Whether masking would change it. */
export function holdsSecret(value: Json): boolean {
  return JSON.stringify(maskSecrets(value)) !== JSON.stringify(value);
}
