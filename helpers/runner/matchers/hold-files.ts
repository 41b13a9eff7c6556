import type { ExpectedFile, ExpectedFiles } from '../../requirements/expectation/expectation-model.ts';
import { formatMode } from '../../requirements/expectation/files.ts';
import { matchExpectation } from './conform.ts';
import type { MatchResult } from './match-result.ts';
import type { ExpectedLayer, FileDetails, ImageOfArchive } from './matcher-types.ts';

export function toHoldLayers(
  received: unknown,
  layers: readonly ExpectedLayer[],
  choice?: ImageOfArchive,
): MatchResult {
  const expectation = { layers: layers.map(filesOfLayer) };
  return matchExpectation(received, 'toHoldLayers', 'hold these layers', expectation, choice);
}

export function toHaveFile(
  received: unknown,
  path: string,
  file: FileDetails = {},
  choice?: ImageOfArchive,
): MatchResult {
  const expectation = { rootfs: { files: [expectedFile(path, file)], others: true } };
  return matchExpectation(
    received,
    'toHaveFile',
    `have the file ${JSON.stringify(path)}`,
    expectation,
    choice,
  );
}

function filesOfLayer(layer: ExpectedLayer): ExpectedFiles {
  const files = isList(layer)
    ? layer.map((path) => expectedFile(path, {}))
    : Object.entries(layer).map(([path, file]) =>
        expectedFile(path, typeof file === 'string' ? { content: file } : file),
      );
  return { files };
}

function isList(layer: ExpectedLayer): layer is readonly string[] {
  return Array.isArray(layer);
}

/** Paths are written as people write them: `/etc/passwd`, `./a`, `etc/` for a folder. */
function expectedFile(path: string, { mode, ...rest }: FileDetails): ExpectedFile {
  const bare = path.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  return {
    path: bare,
    ...(path.endsWith('/') && { type: 'directory' }),
    ...(mode !== undefined && { mode: typeof mode === 'number' ? formatMode(mode) : mode }),
    ...rest,
  };
}
