/** Conditions as one field of a form, which speaks for nobody: the builder, and what was built in words. Whoever saves refuses what is unfinished. */
import { Form } from "antd";
import { useMemo, useState, type SetStateAction } from "react";
import { useFilterFields, useFilterWords } from "@/api/filter_text";
import { FilterBuilder } from "@/features/filter/FilterBuilder";
import styles from "@/features/filter/filter.module.css";
import { CONDITIONS_MAX, type FilterFieldProps } from "@/lib/filter";
import { completeIn, rulesOf, toFilter, toQuery, type QueryGroup } from "@/lib/filterQuery";
import { filterText } from "@/lib/filterText";

const NO_FAULTS: ReadonlyMap<string, string> = new Map();

export function FilterField({ value, onChange, label, without, says }: FilterFieldProps) {
  const { fields: all, find, ready } = useFilterFields();
  const [query, setQuery] = useState<QueryGroup>(() => toQuery(value?.filter ?? null));
  const [fresh, setFresh] = useState<string | null>(null);
  const { status } = Form.Item.useStatus();
  const fields = useMemo(() => all.filter((field) => !without.includes(field.field)), [all, without]);
  const canAsk = useMemo(() => completeIn((field) => find(field)?.type), [find]);
  const rules = rulesOf(query);
  const asked = toFilter(query, canAsk);
  const words = useFilterWords(toFilter(query, ({ field }) => field !== ""));
  const strict = status === "error";
  const state = useMemo(() => ({ fields, find, words, faults: NO_FAULTS, strict, fresh, full: rules.length >= CONDITIONS_MAX, impersonal: true }), [fields, find, words, strict, fresh, rules.length]);
  const change = (next: SetStateAction<QueryGroup>) => {
    const changed = typeof next === "function" ? next(query) : next;
    setQuery(changed);
    onChange?.({ filter: toFilter(changed, canAsk), unfinished: rulesOf(changed).some((rule) => !canAsk(rule)) });
  };
  return (
    <div role="group" aria-label={label}>
      {ready && <FilterBuilder query={query} onQuery={change} onFresh={setFresh} state={state} />}
      {asked && <p className={styles.sentence}>{says(filterText(asked, words))}</p>}
    </div>
  );
}
