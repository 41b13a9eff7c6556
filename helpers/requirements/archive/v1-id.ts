import { digestOf } from '../../archive/digest.ts';
import type { JsonObject } from '../../archive/oci/guards.ts';
import type { Json } from '../../common/json.ts';

/** chainIDs of a stack, bottom first: of layers 0, 0 to 1, 0 to 2 … (OCI config.md, "Layer ChainID"). */
export function chainIds(diffIds: readonly string[]): readonly string[] {
  const result: string[] = [];
  for (const diffId of diffIds) {
    const below = result.at(-1);
    result.push(below === undefined ? diffId : digestOf(`${below} ${diffId}`));
  }
  return result;
}

/**
 * The ID that Docker up to 24 gives a layer in the v1 format: the digest of its v1 JSON without `id`, with the
 * chainID as `layer_id` and the parent, keys sorted (moby v24.0.9, image/v1/imagev1.go, CreateID). Docker adds
 * `os` to the files of lower layers only after it computed the ID.
 */
export function v1Id(json: JsonObject, chainId: string, parent: string | undefined, isTop: boolean): string {
  const { id: _id, parent: _parent, ...rest } = json;
  const kept = isTop ? rest : withoutOs(rest);
  const told: JsonObject = {
    ...kept,
    layer_id: chainId,
    ...(parent === undefined ? {} : { parent: `sha256:${parent}` }),
  };
  const sorted = Object.fromEntries(Object.entries(told).sort(([a], [b]) => (a < b ? -1 : 1)));
  return digestOf(goJson(sorted)).slice('sha256:'.length);
}

function withoutOs({ os: _os, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** JSON as Go writes it: `<`, `>`, `&` and the line separators escaped. */
function goJson(value: Json): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
