/** The tree as the builder edits it, and back: groups with a combinator and a "not", rules inside them. */
import type { Condition, FilterNode, FilterValue } from "@/lib/filter";
import { isComplete } from "@/lib/filterOperator";

// Shapes of react-querybuilder, without loading it.
export type QueryRule = { id?: string; field: string; operator: string; value: FilterValue | undefined };
export type QueryGroup = { id?: string; combinator: string; not?: boolean; rules: (QueryRule | QueryGroup)[] };

export const EMPTY_QUERY: QueryGroup = { combinator: "and", rules: [] };
export const isGroup = (part: QueryRule | QueryGroup): part is QueryGroup => "rules" in part;

const ruleOf = ({ field, op, value }: Condition): QueryRule => ({ field, operator: op, value });

function partOf(node: FilterNode): QueryRule | QueryGroup {
  if ("and" in node) return { combinator: "and", rules: node.and.map(partOf) };
  if ("or" in node) return { combinator: "or", rules: node.or.map(partOf) };
  if (!("not" in node)) return ruleOf(node);
  const inner = partOf(node.not);
  return isGroup(inner) && !inner.not ? { ...inner, not: true } : { combinator: "and", not: true, rules: [inner] };
}

export function toQuery(node: FilterNode | null): QueryGroup {
  if (!node) return EMPTY_QUERY;
  const part = partOf(node);
  return isGroup(part) ? part : { combinator: "and", rules: [part] };
}

/** Whether a rule can be asked; told by whoever knows the fields. */
export type CanAsk = (rule: QueryRule) => boolean;

/** What can be asked of a query as a tree; groups that ask nothing fall away, a group of one is that one. `made` learns which rule each condition comes from. */
export function toFilter(query: QueryGroup, canAsk: CanAsk, made?: Map<Condition, QueryRule>): FilterNode | null {
  const parts = query.rules.flatMap((part) => {
    if (isGroup(part)) return toFilter(part, canAsk, made) ?? [];
    if (!canAsk(part)) return [];
    const { field, operator: op, value } = part;
    const condition: Condition = value === undefined ? { field, op } : { field, op, value };
    made?.set(condition, part);
    return [condition];
  });
  const first = parts[0];
  if (!first) return null;
  const whole: FilterNode = parts.length === 1 ? first : query.combinator === "or" ? { or: parts } : { and: parts };
  return query.not ? { not: whole } : whole;
}

/** The query with some of the rule at `path` changed. */
export function changeRule(query: QueryGroup, path: readonly number[], change: Partial<QueryRule>): QueryGroup {
  const [at, ...rest] = path;
  const rules = query.rules.map((part, index) => {
    if (index !== at) return part;
    return isGroup(part) ? changeRule(part, rest, change) : { ...part, ...change };
  });
  return { ...query, rules };
}

/** The group at `path`. */
export function groupAt(query: QueryGroup, path: readonly number[]): QueryGroup {
  return path.reduce((at, step) => {
    const part = at.rules[step];
    return part && isGroup(part) ? part : at;
  }, query);
}

export function rulesOf(query: QueryGroup): QueryRule[] {
  return query.rules.flatMap((part) => (isGroup(part) ? rulesOf(part) : [part]));
}

/** Whether a rule of a known field says all it has to. */
export const completeIn =
  (typeOf: (field: string) => string | undefined): CanAsk =>
  ({ field, operator, value }) => {
    const type = typeOf(field);
    // A field that is gone is asked as it stands, so that the server can say so: it must not be dropped in silence.
    return field !== "" && (type === undefined || isComplete(type, operator, value));
  };
