import { readFileSync } from 'node:fs';
import { validateXML } from 'xmllint-wasm';

/** What the schema of Jenkins' xUnit plugin has against an XML text; empty when it is valid. */
export async function junitErrors(xml: string): Promise<readonly string[]> {
  const schema = { fileName: 'junit.xsd', contents: readFileSync('fixtures/schemas/junit.xsd', 'utf8') };
  const { errors } = await validateXML({ xml: { fileName: 'junit.xml', contents: xml }, schema: [schema] });
  return errors.map(({ message }) => message);
}
