import { readElf } from '../../archive/elf.ts';
import { imageKey } from '../../archive/images.ts';
import type { Image } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import type { Violation } from '../outcome.ts';
import { stated } from './config.ts';
import { whyUnreadable } from './content.ts';
import type { ExpectedFiles } from './expectation-model.ts';
import { type FoundFiles, isOtherType, pairs } from './files.ts';
import { platformOf } from './select.ts';

interface ElfProperties {
  readonly static: boolean;
  readonly architecture: string;
  /** What makes it dynamic, in words. */
  readonly needs: readonly string[];
}

/** What the headers of a program say; `undefined` when the bytes are no ELF file. */
export function elfPropertiesOf(bytes: Uint8Array): ElfProperties | undefined {
  const { isElf, type, architecture, interpreter, needed } = readElf(bytes);
  if (!isElf) return undefined;
  const needs = [
    ...(type === 'executable' || type === 'shared object' ? [] : [`linking (it is ${type})`]),
    ...(interpreter === null ? [] : [`interpreter ${interpreter}`]),
    ...needed.map((name) => `library ${name}`),
  ];
  return { static: needs.length === 0, architecture, needs };
}

/** Compares each file that is stated to be a program with its headers. */
export function* compareElf(image: Image, found: FoundFiles, expected: ExpectedFiles): Iterable<Violation> {
  for (const { file, stated: wanted, pointer } of pairs(found, expected)) {
    const { elf } = wanted;
    if (elf === undefined || isOtherType(file, wanted)) continue;
    const violation = (field: string, value: Json, actual: Json, from: string): Violation => ({
      where: file.where,
      expected: { value, from: stated(`${pointer}/elf${field}`) },
      actual: { value: actual, from },
    });
    const from = `ELF headers of ${file.entry.path}`;
    const problem = whyUnreadable(file, true);
    const properties = file.content?.bytes && elfPropertiesOf(file.content.bytes);
    if (problem) yield violation('', 'a readable ELF file', problem.value, problem.from);
    else if (!properties) yield violation('', 'an ELF file', 'no ELF file', from);
    else {
      if (elf.static !== undefined && elf.static !== properties.static) {
        yield violation(
          '/static',
          elf.static ? 'static' : 'dynamic',
          properties.static ? 'static' : properties.needs,
          from,
        );
      }
      const isImages = elf.architecture === 'image';
      const architecture = isImages ? platformOf(image).architecture : elf.architecture;
      if (elf.architecture !== undefined && architecture !== properties.architecture) {
        const value = architecture ?? `the architecture of ${imageKey(image)}, which states none`;
        yield violation('/architecture', value, properties.architecture, from);
      }
    }
  }
}
