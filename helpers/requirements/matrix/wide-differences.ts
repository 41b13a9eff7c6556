import { isInRange } from '../../common/version-range.ts';
import type { BuilderProduct } from '../../engines/builders/builder-features.ts';
import type { BuilderName, SaverName } from '../../engines/engine-model.ts';
import type { Expectation, ExpectedConfig, ExpectedFile } from '../expectation/expectation-model.ts';

/** What some builders are known to make otherwise of one wide context: an entry of its `differences.json`. */
export interface WideDifference {
  /** Versions by name of the product. */
  readonly builders: Readonly<Partial<Record<BuilderProduct['name'], string>>>;
  /** Only by these ways to the product. Default: all. */
  readonly through?: readonly string[];
  /** Only on this store. Default: any. */
  readonly store?: string;
  /**
   * What takes the place of what the expectation states: of files by path, `null` for one that is not there. A field
   * that is `null` is not judged.
   */
  readonly files?: Readonly<Record<string, ChangedFile | null>>;
  readonly config?: ExpectedConfig;
  readonly because: string;
  readonly link: string;
}

type ChangedFile = { readonly [Field in keyof ExpectedFile]?: ExpectedFile[Field] | null };

/** The circumstances in which an image was made, as far as differences depend on them. */
export interface WideMaker {
  readonly product: BuilderProduct;
  readonly builder: BuilderName;
  readonly store: string | undefined;
  readonly saver: SaverName;
}

/** What this maker is expected to make: the expectation of the context, with what is known of it. */
export function expectationFor(
  expectation: Expectation,
  differences: readonly WideDifference[],
  maker: WideMaker,
): Expectation {
  return differences.filter((difference) => isAbout(difference, maker)).reduce(applyDifference, expectation);
}

function isAbout(difference: WideDifference, { product, builder, store }: WideMaker): boolean {
  const versions = difference.builders[product.name];
  if (versions === undefined || (difference.store ?? store) !== store) return false;
  if (difference.through?.includes(builder) === false) return false;
  return versions === '*' || (product.version !== undefined && isInRange(product.version, versions));
}

function applyDifference(expectation: Expectation, { files = {}, config }: WideDifference): Expectation {
  const { rootfs = {} } = expectation;
  const stated = new Map(rootfs.files?.map((file) => [file.path, file]));
  for (const [path, change] of Object.entries(files))
    if (change === null) stated.delete(path);
    else stated.set(path, changeFile({ path, ...stated.get(path) }, change));
  return {
    ...expectation,
    rootfs: { ...rootfs, files: [...stated.values()] },
    ...(config && { config: { ...expectation.config, ...config } }),
  };
}

function changeFile(file: ExpectedFile, change: ChangedFile): ExpectedFile {
  const fields = Object.entries({ ...file, ...change }).filter(([, value]) => value !== null);
  return { ...(Object.fromEntries(fields) as Omit<ExpectedFile, 'path'>), path: file.path };
}
