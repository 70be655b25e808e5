/** A tree of conditions as one sentence. The words come from outside: this file only knows how sentences are built. */
import { listOf, type Condition, type FilterNode, type FilterScalar } from "@/lib/filter";
import { familyOf, PERIODS } from "@/lib/filterOperator";

export type FilterWords = {
  /** A text of the group `filter`, e.g. `say.any_of`. */
  say: (key: string, values?: Record<string, string>) => string;
  /** What a field is called, and of which type it is; null for one that is gone. */
  field: (field: string) => { label: string; type: string } | null;
  /** What a value of a field is called. */
  value: (field: string, value: FilterScalar) => string;
};

const QUOTED = ["is", "is_not", "any_of", "none_of", "contains", "not_contains", "starts_with"];

function valueText(condition: Condition, type: string, words: FilterWords): string[] {
  return listOf(condition.value).map((value) => {
    if (condition.op === "relative" && (PERIODS as readonly string[]).includes(String(value))) return words.say(`period.${value}`);
    if (type === "boolean") return words.say(value === true ? "yes" : "no");
    if (familyOf(type) === "text" && QUOTED.includes(condition.op)) return words.say("quoted", { value: String(value) });
    return words.value(condition.field, value);
  });
}

/** The sentence of an operator: types that differ in it have one of their own. */
function keyOf(op: string, type: string): string {
  const family = familyOf(type);
  if (family === "date" && ["is", "lt", "le", "gt", "ge"].includes(op)) return `say.date_${op}`;
  if (family === "many" && ["any_of", "none_of"].includes(op)) return `say.many_${op}`;
  if (family === "boolean" && op === "is") return "say.boolean_is";
  return `say.${op}`;
}

export function conditionText(condition: Condition, words: FilterWords): string {
  const known = words.field(condition.field);
  const field = known?.label ?? words.say("gone", { field: condition.field });
  const values = valueText(condition, known?.type ?? "text", words);
  const [low = "", high = ""] = values;
  return words.say(keyOf(condition.op, known?.type ?? "text"), { field, value: values.join(words.say("comma")), low, high });
}

export function filterText(node: FilterNode | null, words: FilterWords, inner = false): string {
  if (!node) return words.say("everything");
  if ("not" in node) return words.say("not", { text: filterText(node.not, words) });
  if (!("and" in node) && !("or" in node)) return conditionText(node, words);
  const parts = "and" in node ? node.and : node.or;
  const texts = parts.map((part) => filterText(part, words, true));
  const text = texts.join(words.say("and" in node ? "and" : "or"));
  return inner && texts.length > 1 ? words.say("group", { text }) : text;
}
