/** What the settings of the folder added to the command line of this process, for sentences about wrong use. */
let inForce: { readonly file: string; readonly options: readonly string[] } | undefined;

export function rememberSettings(file: string, options: readonly string[]): void {
  inForce = { file, options };
}

/** ` (scratch-conformance.json sets only, quiet.)`; empty where nothing came from there. */
export function settingsNote(): string {
  return inForce === undefined || inForce.options.length === 0
    ? ''
    : ` (${inForce.file} sets ${inForce.options.join(', ')}.)`;
}
