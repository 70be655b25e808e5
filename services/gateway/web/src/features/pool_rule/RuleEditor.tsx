/** Makes or changes a rule beside what it would do; switching it on says how many customers go at once. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer } from "antd";
import { useCallback, useState, type ComponentType, type Dispatch, type SetStateAction } from "react";
import { useTranslation } from "react-i18next";
import { createRule, editRule, rulesQuery, simulationQuery, type PoolRule, type RuleValues, type Simulation } from "@/api/pool_rule";
import { RuleForm } from "@/features/pool_rule/RuleForm";
import { SimulationPanel } from "@/features/pool_rule/SimulationPanel";
import styles from "@/features/pool_rule/pool_rule.module.css";
import { useSentence } from "@/features/pool_rule/useSentence";
import { newRule, treeOfRule, valuesOf } from "@/features/pool_rule/values";
import { writeFilter, type FilterNode } from "@/lib/filter";
import { toFilter, toQuery, type QueryGroup } from "@/lib/filterQuery";
import { useNarrow } from "@/lib/useNarrow";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { useDiscard } from "@/ui/useDiscard";

/** What builds the conditions is put in by the page. */
export type ConditionsProps = {
  query: QueryGroup;
  onQuery: Dispatch<SetStateAction<QueryGroup>>;
  onFilter: (filter: FilterNode | null, unfinished: boolean) => void;
  refused: { error: unknown; within: string };
  strict: boolean;
};
type Props = { poolId: string; rule: PoolRule | null; onClose: () => void; Conditions: ComponentType<ConditionsProps> };

export function RuleEditor({ poolId, rule, onClose, Conditions }: Props) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const narrow = useNarrow();
  const [first] = useState<RuleValues>(() => (rule ? valuesOf(rule) : newRule()));
  const [values, setValues] = useState(first);
  const [query, setQuery] = useState(() => toQuery(treeOfRule(values)));
  const [unfinished, setUnfinished] = useState(false);
  const [strict, setStrict] = useState(false);
  const sentence = useSentence(values, poolId);
  const onFilter = useCallback((filter: FilterNode | null, open: boolean) => {
    setValues((now) => ({ ...now, filter }));
    setUnfinished(open);
  }, []);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const simulated = useQuery(simulationQuery(poolId, asked(values), false));
  const discard = useDiscard();
  const close = () => discard(unfinished || written(values) !== written(first), onClose);
  const nameless = values.name.trim() === "";

  async function save(active: boolean): Promise<void> {
    if (unfinished) return setStrict(true); // an unfinished condition would make the rule wider than it reads
    setBusy(true);
    setError(null);
    try {
      const wanted = { ...values, name: values.name.trim(), active };
      await (rule ? editRule(poolId, rule.pool_rule_id, wanted) : createRule(poolId, wanted));
      await client.invalidateQueries({ queryKey: rulesQuery(poolId).queryKey });
      void message.success(t(active ? "pool_rule.switchedOn" : "pool_rule.savedDraft"));
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  function switchOn(): void {
    if (unfinished) return setStrict(true);
    const known = client.getQueryData<Simulation>(simulationQuery(poolId, asked(values), true).queryKey);
    void modal.confirm({
      title: t("pool_rule.confirmTitle", { name: values.name.trim() }),
      content: known ? t("pool_rule.confirmCounts", { now: known.counts.now, week: known.counts.in_7_days }) : sentence,
      okText: t("pool_rule.switchOn"),
      cancelText: t("common.cancel"),
      onOk: () => save(true),
    });
  }

  return (
    <Drawer
      open
      onClose={close}
      size={narrow ? "100%" : 1080}
      title={t(rule ? "pool_rule.edit" : "pool_rule.add")}
      footer={
        <div className={styles.footer}>
          <Button onClick={close}>{t("common.cancel")}</Button>
          <Button loading={busy} disabled={nameless} onClick={() => void save(false)}>
            {t("pool_rule.saveDraft")}
          </Button>
          <Button type="primary" loading={busy} disabled={nameless} onClick={switchOn}>
            {t(rule?.active ? "pool_rule.saveActive" : "pool_rule.switchOn")}
          </Button>
        </div>
      }
    >
      <ErrorBanner error={error} />
      <p className={styles.sentence} aria-live="polite">
        {sentence}
      </p>
      <div className={styles.columns}>
        <RuleForm rule={values} onChange={setValues} conditions={<Conditions query={query} onQuery={setQuery} onFilter={onFilter} refused={error ? { error, within: "" } : { error: simulated.error, within: "/rule" }} strict={strict} />} />
        <SimulationPanel poolId={poolId} rule={values} />
      </div>
    </Drawer>
  );
}

/** Two rules that say the same are written alike, in whichever way their conditions came. */
const written = (values: RuleValues): string => JSON.stringify({ ...values, filter: writeFilter(toFilter(toQuery(treeOfRule(values)), () => true)) });

/** What a simulation depends on. */
const asked = (values: RuleValues): RuleValues => ({ ...values, name: "", active: false });
