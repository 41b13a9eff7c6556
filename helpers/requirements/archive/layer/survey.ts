import type { Layer } from '../../../archive/model.ts';
import type { EntryViolation, ReportEntry } from './entry-violation.ts';
import { judgeForm } from './form.ts';
import { judgeLinks, judgeSymlinks } from './links.ts';
import { createPass, type LayerPaths } from './pass.ts';
import { judgePath, judgeUnseenParents } from './paths.ts';
import { positionsToJudge } from './plain-files.ts';
import { judgeWhiteout, judgeWhiteoutFolders, judgeWhiteoutTargets } from './whiteouts.ts';

/** Violations kept of one rule in one layer. The rest adds nothing: the layer is broken either way. */
const MAX_KEPT = 1000;

/** What one pass over a layer leaves: the violations by rule, and the paths, for rules that look at several layers. */
interface LayerSurvey {
  readonly violations: ReadonlyMap<string, readonly EntryViolation[]>;
  readonly paths: LayerPaths;
}

const surveys = new WeakMap<Layer, LayerSurvey>();

/**
 * What every rule of a layer finds, by the id of the requirement. A layer may hold a million entries, so all
 * rules look at it in one pass, and the result is kept for as long as the layer is.
 */
export function surveyLayer(layer: Layer): LayerSurvey {
  const known = surveys.get(layer);
  if (known) return known;
  const found = new Map<string, EntryViolation[]>();
  const report: ReportEntry = (rule, { path, headerOffset }, expected, actual, from) => {
    const list = found.get(rule) ?? [];
    if (list.length < MAX_KEPT) list.push({ entry: path, offset: headerOffset, expected, actual, from });
    found.set(rule, list);
  };
  const pass = createPass(layer.entries);
  for (const position of positionsToJudge(layer.entries, pass)) {
    const entry = layer.entries.at(position);
    if (!entry) continue;
    if (entry.type === 'pax-global') {
      report('layer.no-global-headers', entry, 'none', Object.keys(entry.pax), 'pax global header');
      continue;
    }
    judgeForm(entry, report);
    if (pass.enter(entry)) judgeWhiteout(pass, entry, report);
    else {
      judgePath(pass, entry, report);
      judgeLinks(pass, entry, report);
      pass.leave(entry, position);
    }
  }
  judgeUnseenParents(pass, report);
  judgeWhiteoutTargets(pass, report);
  judgeWhiteoutFolders(pass, report);
  judgeSymlinks(pass, report);
  const survey = { violations: found, paths: pass };
  surveys.set(layer, survey);
  return survey;
}
