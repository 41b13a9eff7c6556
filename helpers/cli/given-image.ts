import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { escapeControl, quoteWord, showName } from '../common/escape.ts';
import { UsageError } from '../common/usage.ts';
import type { GivenImage } from '../procedure/given-image.ts';
import { ExpectationError, readExpectation } from '../requirements/expectation/read-expectation.ts';
import { tellUnjudged } from './structure-notes.ts';

interface GivenWords {
  readonly context?: string | undefined;
  readonly expect?: string | undefined;
}

/** Reads both options. Throws `UsageError`: one sentence. */
export async function readGivenImage({ context, expect }: GivenWords): Promise<GivenImage | undefined> {
  if (context === undefined) {
    if (expect === undefined) return undefined;
    throw new UsageError('--expect states what the image of --context must contain: give --context DIR too.');
  }
  const folder = await requireContext(context);
  const image = { name: 'given', folder, label: escapeControl(basename(folder)) };
  if (expect === undefined) return image;
  try {
    // The image has the names of the run.
    const { tags: _, ...expectation } = await readExpectation(expect);
    if (expectation.structure) tellUnjudged(expect, expectation.structure, true);
    return { ...image, expectation };
  } catch (error) {
    throw error instanceof ExpectationError ? new UsageError(error.message) : error;
  }
}

/** 2020-01-01: younger than no source, and no time that an engine writes by itself. */
const EPOCH = 1_577_836_800;

/** The SOURCE_DATE_EPOCH of `--reproduce`; `undefined` where that is not asked for. Throws `UsageError`. */
export function epochOf({
  reproduce,
  context,
}: {
  readonly reproduce?: boolean | undefined;
  readonly context?: string | undefined;
}): number | undefined {
  if (reproduce !== true) return undefined;
  if (context === undefined)
    throw new UsageError('--reproduce builds the folder of --context twice: give --context DIR too.');
  const own = process.env['SOURCE_DATE_EPOCH'];
  if (own === undefined || own === '') return EPOCH;
  if (/^\d{1,11}$/.test(own)) return Number(own);
  throw new UsageError(`SOURCE_DATE_EPOCH is ${quoteWord(own)}, which is no number of seconds since 1970.`);
}

async function requireContext(context: string): Promise<string> {
  const shown = showName(context);
  const found = await stat(context).catch(reasonOf);
  if (typeof found === 'string') throw new UsageError(`The build context ${shown} cannot be read: ${found}.`);
  if (!found.isDirectory())
    throw new UsageError(`The build context ${shown} is no folder; give the folder with the Dockerfile.`);
  const file = join(context, 'Dockerfile');
  const dockerfile = await stat(file).catch(reasonOf);
  if (typeof dockerfile === 'string' || !dockerfile.isFile())
    throw new UsageError(`The build context ${shown} has no file Dockerfile, so there is nothing to build.`);
  const problem = await access(file, constants.R_OK).then(() => undefined, reasonOf);
  if (problem !== undefined) throw new UsageError(`The Dockerfile in ${shown} cannot be read: ${problem}.`);
  return realpath(context);
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such folder';
  return error.code === 'EACCES' ? 'permission denied' : escapeControl(error.message);
}
