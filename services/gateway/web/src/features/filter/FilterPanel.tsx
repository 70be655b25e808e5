/** The panel of custom search: conditions, how many customers they hold, the same in words, and what can be done with them. */
import { Button, Drawer } from "antd";
import { Bookmark } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Selection } from "@/api/customer";
import { useFilterFields, useFilterWords } from "@/api/filter_text";
import { FilterBuilder } from "@/features/filter/FilterBuilder";
import styles from "@/features/filter/filter.module.css";
import { useFaults } from "@/features/filter/useFaults";
import { useFilterCount } from "@/features/filter/useFilterCount";
import { countText } from "@/lib/count";
import { isCalendarOpen } from "@/lib/covered";
import { allOf, CONDITIONS_MAX, readFilter, writeFilter, type Condition, type FilterNode } from "@/lib/filter";
import { completeIn, EMPTY_QUERY, rulesOf, toFilter, toQuery, type QueryGroup, type QueryRule } from "@/lib/filterQuery";
import { filterText } from "@/lib/filterText";
import { isComposing } from "@/lib/keys";
import { problemText } from "@/lib/problem";

const WIDTH = 480;

type Props = {
  open: boolean;
  onClose: () => void;
  narrow: boolean;
  filter: FilterNode | null;
  /** The list without these conditions: what they are counted in. */
  within: Selection;
  onApply: (filter: FilterNode | null) => void;
  onSave: (filter: FilterNode | null) => void;
};

export function FilterPanel(props: Props) {
  const { t } = useTranslation();
  const { open, onClose, narrow } = props;
  return (
    <Drawer open={open} onClose={onClose} placement="right" size={narrow ? "100%" : WIDTH} mask={narrow} keyboard={false} title={t("filter.title")} rootStyle={narrow ? undefined : { top: "var(--top-bar)" }} destroyOnHidden styles={{ body: { padding: 0, display: "flex", flexDirection: "column" } }}>
      <Builder {...props} />
    </Drawer>
  );
}

function Builder({ filter, within, onApply, onSave, onClose }: Props) {
  const { t } = useTranslation();
  const { fields, find, ready } = useFilterFields();
  const [query, setQuery] = useState<QueryGroup>(() => startOf(filter));
  const [strict, setStrict] = useState(false);
  const [fresh, setFresh] = useState<string | null>(null);
  const canAsk = useMemo(() => completeIn((field) => find(field)?.type), [find]);
  const made = new Map<Condition, QueryRule>();
  const asked = toFilter(query, canAsk, made);
  const words = useFilterWords(toFilter(query, ({ field }) => field !== ""));
  const rules = rulesOf(query);
  const unfinished = rules.some((rule) => !canAsk(rule));
  const whole = allOf(asked, readFilter(within.filter));
  const count = useFilterCount({ ...within, filter: writeFilter(whole) }, ready);

  const faults = useFaults(count.error, whole, made);
  const state = useMemo(() => ({ fields, find, words, faults, strict, fresh, full: rules.length >= CONDITIONS_MAX }), [fields, find, words, faults, strict, fresh, rules.length]);
  const finish = useCallback(
    (then: (node: FilterNode | null) => void) => {
      if (unfinished) return setStrict(true); // an unfinished condition is never left out in silence
      then(asked);
    },
    [unfinished, asked],
  );
  // Whoever came by the key goes on by keys: the panel holds the focus, the list behind it stays usable.
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  const untouched = !unfinished && writeFilter(asked) === writeFilter(filter);
  const onKeyDown = (event: KeyboardEvent) => {
    // Escape closes the list of a box first, and never throws away what was built.
    if (event.key === "Escape" && !isComposing(event) && untouched && (event.target as HTMLElement).getAttribute("aria-expanded") !== "true" && !isCalendarOpen()) return onClose();
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isComposing(event)) return;
    event.preventDefault();
    finish(onApply);
  };
  return (
    <div className={styles.panel} ref={box} tabIndex={-1} onKeyDown={onKeyDown}>
      <div className={styles.scroll}>
        {rules.length === 0 && <p className={styles.hint}>{t("filter.emptyHint")}</p>}
        {ready && <FilterBuilder query={query} onQuery={setQuery} onFresh={setFresh} state={state} />}
      </div>
      <div className={styles.foot}>
        <div className={styles.count} aria-live="polite" data-waiting={!count.current || undefined}>
          <strong>{count.isError ? problemText(count.error) : count.data ? t(count.data.exact ? "filter.count" : "filter.countMore", { count: count.data.exact ? count.data.value : undefined, ...(count.data.exact ? {} : { count: countText(count.data) }) }) : t("filter.counting")}</strong>
          <span>{t("filter.in", { view: t(`view.${within.view}`) })}</span>
        </div>
        {asked && (
          <p className={styles.sentence} aria-label={t("filter.sentence")}>
            {filterText(asked, words)}
          </p>
        )}
        <div className={styles.actions}>
          <Button onClick={() => setQuery(EMPTY_QUERY)} disabled={rules.length === 0}>
            {t("filter.reset")}
          </Button>
          <span className={styles.spacer} />
          <Button icon={<Bookmark size={14} />} disabled={rules.length === 0} onClick={() => finish(onSave)}>
            {t("filter.save")}
          </Button>
          <Button type="primary" onClick={() => finish(onApply)}>
            {t("filter.apply")}
          </Button>
        </div>
      </div>
    </div>
  );
}

/** An empty panel begins with one condition to fill in. */
const startOf = (filter: FilterNode | null): QueryGroup => (filter ? toQuery(filter) : EMPTY_QUERY);
