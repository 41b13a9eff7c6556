/** The steps that have a spec of their own, in the order of the procedure. */
export const PROCEDURE = ['compile', 'builders', 'build', 'run', 'save', 'tree', 'shell', 'load'] as const;
export type ProcedureStep = (typeof PROCEDURE)[number];
