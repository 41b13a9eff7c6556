/** Where a thing stands in an archive: the fields that apply, from the outside in. All plain data, printed by `explain`. */
export interface Locator {
  /** Name of the member of the outer tar (or the file of a layout directory). */
  readonly member?: string;
  /** JSON pointer inside the member, for example `/manifests/0/digest`. */
  readonly pointer?: string;
  /** Image as `view#position`, for example `index.json#0`. */
  readonly image?: string;
  /** Zero-based position of the layer, bottom first. */
  readonly layer?: number;
  /** Path of an entry in the layer, as recorded. */
  readonly entry?: string;
  /** Byte offset in the member (uncompressed), or in the archive when no member is named. */
  readonly offset?: number;
  /** Step of the documented flow, for example `run`. */
  readonly step?: string;
}
