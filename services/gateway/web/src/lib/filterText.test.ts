import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FilterNode } from "@/lib/filter";
import { filterText, type FilterWords } from "@/lib/filterText";

// The file that writes exports builds the same sentences in Python: both are held to these.
type Option = { value: string; label_zh: string; label_en: string };
type Field = { field: string; type: string; label_zh: string; label_en: string; options: Option[] | null };
const shared = JSON.parse(readFileSync(join(process.cwd(), "../../../tests/support/filter_sentences.json"), "utf8")) as { fields: Field[]; names: Record<string, string>; cases: { filter: FilterNode; zh: string; en: string }[] };

function wordsOf(language: "zh" | "en"): FilterWords {
  const texts = JSON.parse(readFileSync(join(process.cwd(), `src/lib/i18n/${language}/filter.json`), "utf8")) as Record<string, unknown>;
  const say: FilterWords["say"] = (key, values = {}) => {
    const text = key.split(".").reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], texts) as string;
    return text.replace(/{{(\w+)}}/g, (_, name: string) => values[name] ?? "");
  };
  const find = (name: string) => shared.fields.find((field) => field.field === name);
  return {
    say,
    field: (name) => {
      const field = find(name);
      return field ? { label: field[`label_${language}`], type: field.type } : null;
    },
    value: (name, value) => {
      if (value === "me" || value === "my_department") return say(value);
      const { options } = find(name) ?? {};
      if (options) return options.find((option) => option.value === value)?.[`label_${language}`] ?? say("goneValue");
      return shared.names[String(value)] ?? String(value);
    },
  };
}

describe.each(["zh", "en"] as const)("a tree in words (%s)", (language) => {
  const words = wordsOf(language);
  it.each(shared.cases)("$zh", (each) => expect(filterText(each.filter, words)).toBe(each[language]));
  it("says that nothing is asked", () => expect(filterText(null, words)).toBe(words.say("everything")));
});
