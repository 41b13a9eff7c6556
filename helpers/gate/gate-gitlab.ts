import { toJsonText } from '../common/json.ts';
import type { GateReport } from '../report/gate-model.ts';
import { type GateLevel, type GateScanOptions, gateFile, gateFindings } from './gate-findings.ts';

const SEVERITY: Readonly<Record<GateLevel, 'critical' | 'minor' | 'info'>> = {
  error: 'critical',
  warning: 'minor',
  note: 'info',
};

/** The gate for GitLab's code quality report; what could not be compared blocks, for nothing is known of it. */
export function renderGateGitLab(gate: GateReport, options: GateScanOptions): string {
  const location = { path: gateFile(gate), lines: { begin: 1 } };
  const issues = gateFindings(gate, options).map(({ item, level, text, fingerprint }) => ({
    description: text,
    check_name: item.id,
    fingerprint,
    severity: SEVERITY[level],
    location,
  }));
  const unknown = gate.notJudged.map((sentence, position) => ({
    description: sentence,
    check_name: 'not-judged',
    fingerprint: `not-judged:${position + 1}`,
    severity: 'blocker',
    location,
  }));
  return `${toJsonText([...issues, ...unknown])}\n`;
}
