import { requirementsAbout } from '../define.ts';
import type { WidePlayed } from './wide-model.ts';

/** Declares what is asked of a builder and a wide context. */
export const defineWideRequirements = requirementsAbout<WidePlayed>('scenario');
