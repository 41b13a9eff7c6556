/** Short names mean the same as long ones: each engine and tool completes them in its own way. */
export function normaliseName(name: string): string {
  const short = name.replace(/^(?:docker\.io|localhost)\//, '').replace(/^library\//, '');
  return /:[^/]*$/.test(short) || short.includes('@') ? short : `${short}:latest`;
}
