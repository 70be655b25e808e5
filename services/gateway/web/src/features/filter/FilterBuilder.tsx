/** The conditions as they are built: react-querybuilder keeps the tree of groups and rules, every control in it is ours. */
import { useMemo, type Dispatch, type SetStateAction } from "react";
import { QueryBuilder, type RuleGroupType } from "react-querybuilder";
import { BuilderProvider, type BuilderState } from "@/features/filter/context";
import { FilterGroup } from "@/features/filter/FilterGroup";
import { FilterRule } from "@/features/filter/FilterRule";
import { DEPTH_MAX } from "@/lib/filter";
import { changeRule, groupAt, type QueryGroup } from "@/lib/filterQuery";

type Props = { query: QueryGroup; onQuery: Dispatch<SetStateAction<QueryGroup>>; onFresh: (id: string | null) => void; state: Omit<BuilderState, "change"> };

const CONTROLS = { ruleGroup: FilterGroup, rule: FilterRule };

export function FilterBuilder({ query, onQuery, onFresh, state }: Props) {
  const shared = useMemo<BuilderState>(
    () => ({
      ...state,
      change: (path, change) => {
        onFresh(null);
        onQuery((now) => changeRule(now, path, change));
      },
    }),
    [state, onQuery, onFresh],
  );
  return (
    <BuilderProvider value={shared}>
      <QueryBuilder
        query={query as RuleGroupType}
        onQueryChange={(next) => onQuery(next as QueryGroup)}
        controlElements={CONTROLS}
        maxLevels={DEPTH_MAX}
        // A new condition is empty and takes the focus: nobody's field is chosen for them.
        onAddRule={(rule) => {
          onFresh(rule.id ?? null);
          return { ...rule, field: "", operator: "", value: undefined };
        }}
        onAddGroup={(group, parentPath, whole) => {
          const parent = groupAt(whole as QueryGroup, parentPath);
          const first = { id: crypto.randomUUID(), field: "", operator: "", value: undefined };
          onFresh(first.id);
          return { ...group, combinator: parent.combinator === "and" ? "or" : "and", rules: [first] }; // the same again would need no group
        }}
      />
    </BuilderProvider>
  );
}
