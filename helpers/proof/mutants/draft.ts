import type { TarEnding, TarItem } from './tar-writer.ts';

/** JSON that a mutant may change in place. */
export type MutableJson = null | boolean | number | string | MutableJson[] | MutableObject;
export type MutableObject = { [key: string]: MutableJson };

export const FORMS = ['hybrid', 'legacy', 'containerd', 'oci', 'podman', 'crane', 'docker-dir'] as const;
/** The forms of section 1 of the reference on archive formats, each as its main producer writes it. */
export type Form = (typeof FORMS)[number];

export interface LayerDraft {
  entries: TarItem[];
  ending: TarEnding;
  /** Changes the finished tar, before its diffID is taken. */
  editTar?: (tar: Uint8Array) => Uint8Array;
  /** Changes the stored bytes, before their digest is taken. Default: as the form stores layers. */
  store?: (tar: Uint8Array) => Uint8Array;
  mediaType?: string;
}

export interface ImageDraft {
  tags: string[];
  layers: LayerDraft[];
  /** The config without `rootfs.diff_ids`, which follow from the layers. */
  config: MutableObject;
}

/**
 * An archive before it is written. A mutant changes any part of it; everything that follows from the part
 * (digests, sizes, names) is computed afterwards, so that only the defect itself is wrong.
 */
export interface Draft {
  readonly form: Form;
  images: ImageDraft[];
  /** Adds attestations, as BuildKit does, where the form has an index below `index.json`. */
  attested: boolean;
  /** Changes JSON after its references were set, before it is hashed or written. */
  edit: {
    config?: (config: MutableObject, image: number) => void;
    manifest?: (manifest: MutableObject, image: number) => void;
    attestation?: (manifest: MutableObject) => void;
    index?: (index: MutableObject) => void;
    indexJson?: (index: MutableObject) => void;
    manifestJson?: (list: MutableObject[]) => void;
    ociLayout?: (layout: MutableObject) => void;
    repositories?: (repositories: MutableObject) => void;
    v1?: (json: MutableObject, layer: number) => void;
  };
  /** Changes the text of a document after it was serialised, by what it is. */
  text: Partial<Record<DocumentKind, (text: string) => string>>;
  /** Changes the members, when all content and names are final. */
  members?: (members: TarItem[]) => TarItem[];
  ending: TarEnding;
  /** Changes the finished archive. */
  bytes?: (archive: Uint8Array) => Uint8Array;
}

export type DocumentKind = 'config' | 'manifest' | 'index' | 'indexJson' | 'manifestJson';
