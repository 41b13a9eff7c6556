import type { Archive } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import { IMAGE_PARTS } from '../image-parts.ts';

/** What an image is asked to keep on its way through a tool, the heaviest first. */
export const PARTS = [...IMAGE_PARTS, 'config-digest', 'manifest-digest'] as const;
export type Part = (typeof PARTS)[number];

export const TOOL_FORMS = ['docker-archive', 'oci-archive', 'oci-layout', 'dir'] as const;
/** What a chain reads or writes: a file, or the folder of a layout or of skopeo's `dir:`. */
export type ToolForm = (typeof TOOL_FORMS)[number];

/** For which passages of a tool something is stated; what is left out holds for all. */
export interface PassageFilter {
  /** Names of chains. */
  readonly chains?: readonly string[];
  readonly reads?: readonly ToolForm[];
  readonly writes?: readonly ToolForm[];
  /** Kinds or names of inputs. */
  readonly inputs?: readonly string[];
  /** Range of versions of the tool. */
  readonly versions?: string;
}

/** A change that a tool makes by its nature: it is no violation, and the reason is shown in its place. */
export interface MayChange extends PassageFilter {
  readonly part: Part;
  /** What exactly may differ, as a pattern of the whole text. Default: everything of that part. */
  readonly what?: string;
  /** Only what the input does not have may come: nothing may be lost or replaced. */
  readonly onlyAdds?: true;
  readonly reason: string;
  readonly source: string;
}

/** A refusal that a tool is known for. */
export interface MayRefuse extends PassageFilter {
  /** Words of the refusal. */
  readonly words: string;
  readonly reason: string;
  readonly source: string;
}

/** A change that a chain is there to make. */
export interface MustChange {
  readonly part: Part;
  readonly what: string;
  /** Default: any other value. */
  readonly after?: Json;
}

/** What an image goes through: one or more commands of one tool. */
export interface Chain {
  readonly name: string;
  readonly reads: ToolForm;
  readonly writes: ToolForm;
  /** Argument vectors; `{input}`, `{output}` and the like are filled in, each inside its word. */
  readonly commands: readonly (readonly string[])[];
  /** Where the result stands. Default: `{output}`. */
  readonly output?: string;
  /** Kinds or names of the inputs that it is given. Default: every one of the form that it reads. */
  readonly inputs?: readonly string[];
  /** Versions of the tool that have it. */
  readonly versions?: string;
  /** The only platform that it takes out of several. */
  readonly platform?: string;
  readonly mustChange?: readonly MustChange[];
}

/** How the commands of a chain ended. */
export type ToolEnding =
  | {
      readonly status: 'done' /** Lines on standard error that no recipe expects. */;
      readonly said: readonly string[];
    }
  | {
      readonly status: 'failed' | 'crashed' | 'hung' | 'missing';
      /** The command that did not end well. */
      readonly command: string;
      readonly words: string;
    };

/** What stands where the chain was to write. */
export type ToolOutput =
  | { readonly status: 'absent' | 'empty' }
  | { readonly status: 'unreadable'; readonly reason: string }
  | { readonly status: 'read'; readonly archive: Archive };

/** One difference between the input and the output. */
export interface PassageDifference {
  readonly area: string;
  readonly what: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** The output beside the input. */
export interface PassageComparison {
  readonly same: { readonly manifest?: boolean; readonly config?: boolean; readonly diffIds?: boolean };
  readonly differences: readonly PassageDifference[];
  readonly omitted: number;
}

/** One image on its way through one chain of one tool: what requirements judge. */
export interface Passage {
  /** `skopeo@1.18` */
  readonly tool: string;
  readonly chain: Chain;
  /** Name of the input. */
  readonly input: string;
  /** Stated for this very passage. */
  readonly mayChange: readonly MayChange[];
  readonly mayRefuse: readonly MayRefuse[];
  readonly ending: ToolEnding;
  /** Absent when the commands did not end well. */
  readonly output?: ToolOutput;
  /** Absent when the output could not be compared, with the reason. */
  readonly comparison?: PassageComparison | { readonly reason: string };
}
