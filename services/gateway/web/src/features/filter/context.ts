/** What the parts of the builder share: the fields there are, how a rule is changed, what is wrong with which rule. */
import { createContext, useContext } from "react";
import type { Field } from "@/api/option";
import type { QueryRule } from "@/lib/filterQuery";
import type { FilterWords } from "@/lib/filterText";

export type BuilderState = {
  fields: readonly Field[];
  find: (field: string) => Field | undefined;
  words: FilterWords;
  change: (path: readonly number[], change: Partial<QueryRule>) => void;
  /** The sentence of what is wrong, by the id of a rule. */
  faults: ReadonlyMap<string, string>;
  /** Unfinished rules are marked once somebody tried to apply them. */
  strict: boolean;
  full: boolean;
  /** Conditions that speak for nobody know no "me" and no "my department". */
  impersonal?: boolean;
  /** The rule or group that was just added takes the focus. */
  fresh: string | null;
};

const Builder = createContext<BuilderState | null>(null);
export const BuilderProvider = Builder.Provider;

export function useBuilder(): BuilderState {
  const state = useContext(Builder);
  if (!state) throw new Error("outside of the filter builder");
  return state;
}
