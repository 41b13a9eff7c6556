import { isCheckout } from '../common/project-files.ts';
import { quote } from './reproduce.ts';

/** How a person runs a command of the suite again: as a script of this checkout, or from the installed package. */
export function ownCommand(name: string, args: readonly string[] = []): string {
  const [program, ...dashes] = isCheckout() ? [`npm run ${name}`, '--'] : [`npx scratch-conformance ${name}`];
  return [program, ...(args.length === 0 ? [] : [...dashes, ...args.map(quote)])].join(' ');
}
