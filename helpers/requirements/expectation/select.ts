import { imageKey } from '../../archive/images.ts';
import type { Archive, Image, JsonDocument } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import type { ExpectedPlatform } from './expectation-model.ts';

/** Which image of an archive is meant. */
export interface ImageChoice {
  /** A name in any spelling that means the same, or for an image without one its place: `manifest.json#0`. */
  readonly image?: string;
  /** `linux/amd64`, `linux/arm/v7`; parts left out match anything. */
  readonly platform?: string;
}

/**
 * The images that match, as `manifest.json` tells them where it does, and else as `index.json` does. Attestations and
 * artifacts are no images. (That both views agree is for the requirements on archives to say.)
 */
export function selectImages(archive: Archive, { image, platform }: ImageChoice = {}): readonly Image[] {
  const named = (candidate: Image) =>
    image === undefined ||
    image === imageKey(candidate) ||
    candidate.names.some((name) => isSameName(image, name));
  const onPlatform = (candidate: Image) =>
    platform === undefined || isPlatform(platform, platformOf(candidate));
  const configs = new Set(archive.dockerImages.map(({ config }) => config?.digest));
  // Where manifest.json lists images, one of index.json without a config cannot be told from them, and is damage.
  const isNew = (config: JsonDocument | undefined) =>
    config === undefined ? configs.size === 0 : !configs.has(config.digest);
  const indexOnly = archive.ociImages.filter(({ kind, config }) => kind === 'image' && isNew(config));
  return [...archive.dockerImages, ...indexOnly].filter(
    (candidate) => named(candidate) && onPlatform(candidate),
  );
}

/** `os`, `architecture` and `variant` as the config states them; a field that is no string is left out. */
export function platformOf({ config }: Image): ExpectedPlatform {
  const text = (key: string) => {
    const value = memberOf(config?.value, key);
    return typeof value === 'string' && value !== '' ? { [key]: value } : {};
  };
  return { ...text('os'), ...text('architecture'), ...text('variant') };
}

export function formatPlatform({ os, architecture, variant }: ExpectedPlatform): string {
  return [os ?? 'unknown', architecture ?? 'unknown', ...(variant === undefined ? [] : [variant])].join('/');
}

function isPlatform(wanted: string, { os, architecture, variant }: ExpectedPlatform): boolean {
  const actual = [os, architecture, variant];
  return wanted.split('/').every((part, position) => part === actual[position]);
}

/**
 * Whether two names mean the same image: `hello`, `hello:latest` and `docker.io/library/hello:latest` do. A registry host
 * that `wanted` leaves out is not compared, so `hello` also finds podman's `localhost/hello:latest`.
 */
export function isSameName(wanted: string, name: string): boolean {
  if (wanted === name) return true;
  const [left, right] = [parseName(wanted), parseName(name)];
  return (
    left.path === right.path &&
    left.tag === right.tag &&
    (left.host === undefined || left.host === (right.host ?? HUB))
  );
}

const HUB = 'docker.io';

function parseName(name: string): { readonly host?: string; readonly path: string; readonly tag: string } {
  const [, before = name, tag] = /^(.*?)(?::([^:/@]+))?(?:@.*)?$/s.exec(name) ?? [];
  const slash = before.indexOf('/');
  const first = slash < 0 ? '' : before.slice(0, slash);
  const isHost = first === 'localhost' || /[.:]/.test(first);
  const path = isHost ? before.slice(slash + 1) : before;
  const short = !isHost || first === HUB ? path.replace(/^library\//, '') : path;
  return { ...(isHost && { host: first }), path: short, tag: tag ?? 'latest' };
}

/** A member of a JSON object; `undefined` where there is none, or no object. */
export function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? (value as { readonly [key: string]: Json })[key] : undefined;
}

/** No image, or several different ones, fit the choice: the user must say which. */
export class ImageChoiceError extends Error {
  override readonly name = 'ImageChoiceError';
}

/** The images that a user chose. Throws `ImageChoiceError` when there are images, but none fits. */
export function chooseImages(archive: Archive, choice: ImageChoice): readonly Image[] {
  const images = selectImages(archive, choice);
  if (images.length > 0 || (choice.image === undefined && choice.platform === undefined)) return images;
  const all = selectImages(archive);
  if (all.length === 0) return [];
  throw new ImageChoiceError(
    `no image in ${archive.source} matches ${[choice.image, choice.platform].flatMap((part) => (part === undefined ? [] : cut(part))).join(' and ')}; it holds ${describeImages(all)}`,
  );
}

/** So that no name fills the terminal. */
function cut(text: string): string {
  return text.length > 300 ? `${text.slice(0, 100)}… (${text.length} characters)` : text;
}

/** Names and platforms, for a sentence. */
export function describeImages(images: readonly Image[]): string {
  return images
    .map((image) => `${image.names.join(' ') || imageKey(image)} (${formatPlatform(platformOf(image))})`)
    .join(', ');
}
