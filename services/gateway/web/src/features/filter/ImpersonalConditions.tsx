/** Conditions of a recycle rule: the builder of custom search, without what only somebody can ask. */
import { useEffect, useMemo, useState, type Dispatch, type SetStateAction } from "react";
import { useTranslation } from "react-i18next";
import { useFilterFields, useFilterWords } from "@/api/filter_text";
import { FilterBuilder } from "@/features/filter/FilterBuilder";
import { useFaults } from "@/features/filter/useFaults";
import styles from "@/features/filter/filter.module.css";
import { CONDITIONS_MAX, writeFilter, type Condition, type FilterNode } from "@/lib/filter";
import { completeIn, rulesOf, toFilter, type QueryGroup, type QueryRule } from "@/lib/filterQuery";

/** Stars are somebody's own; when customers are recycled is what rules decide. */
const NOT_IN_RULES = new Set(["starred", "recycle_at"]);

type Props = {
  query: QueryGroup;
  onQuery: Dispatch<SetStateAction<QueryGroup>>;
  /** The tree as far as it can be asked, and whether a condition is unfinished. */
  onFilter: (filter: FilterNode | null, unfinished: boolean) => void;
  /** The refusal of what was last sent, and where in that the tree stood. */
  refused: { error: unknown; within: string };
  strict: boolean;
};

export function ImpersonalConditions({ query, onQuery, onFilter, refused, strict }: Props) {
  const { t } = useTranslation();
  const { fields: every, find, ready } = useFilterFields();
  const [fresh, setFresh] = useState<string | null>(null);
  const fields = useMemo(() => every.filter(({ field }) => !NOT_IN_RULES.has(field)), [every]);
  const canAsk = useMemo(() => completeIn((field) => find(field)?.type), [find]);
  const made = new Map<Condition, QueryRule>();
  const asked = toFilter(query, canAsk, made);
  const words = useFilterWords(toFilter(query, ({ field }) => field !== ""));
  const rules = rulesOf(query);
  const unfinished = rules.some((rule) => !canAsk(rule));
  const text = writeFilter(asked) ?? "";
  useEffect(() => {
    if (ready) onFilter(text ? (JSON.parse(text) as FilterNode) : null, unfinished);
  }, [text, unfinished, ready, onFilter]);
  const faults = useFaults(refused.error, asked, made, refused.within);
  const state = useMemo(() => ({ fields, find, words, faults, strict, fresh, full: rules.length >= CONDITIONS_MAX, impersonal: true }), [fields, find, words, faults, strict, fresh, rules.length]);
  return (
    <section className={styles.conditions} aria-label={t("pool_rule.conditions")}>
      <h2 className={styles.conditionsTitle}>{t("pool_rule.conditions")}</h2>
      {rules.length === 0 && <p className={styles.note}>{t("pool_rule.conditionsNone")}</p>}
      {ready && <FilterBuilder query={query} onQuery={onQuery} onFresh={setFresh} state={state} />}
      {strict && unfinished && (
        <p className={styles.note} data-fault role="alert">
          {t("pool_rule.unfinished")}
        </p>
      )}
      <p className={styles.note}>{t("pool_rule.impersonal")}</p>
    </section>
  );
}
