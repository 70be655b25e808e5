/** Makes or changes a rule beside what it would do; switching it on says how many customers go at once. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createRule, editRule, rulesQuery, simulationQuery, type PoolRule, type RuleValues, type Simulation } from "@/api/pool_rule";
import { RuleForm } from "@/features/pool_rule/RuleForm";
import { SimulationPanel } from "@/features/pool_rule/SimulationPanel";
import styles from "@/features/pool_rule/pool_rule.module.css";
import { useSentence } from "@/features/pool_rule/useSentence";
import { newRule, valuesOf } from "@/features/pool_rule/values";
import { useNarrow } from "@/lib/useNarrow";
import { ErrorBanner } from "@/ui/ErrorBanner";

type Props = { poolId: string; rule: PoolRule | null; onClose: () => void };

export function RuleEditor({ poolId, rule, onClose }: Props) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const narrow = useNarrow();
  const sentence = useSentence();
  const [values, setValues] = useState<RuleValues>(() => (rule ? valuesOf(rule) : newRule()));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const nameless = values.name.trim() === "";

  async function save(active: boolean): Promise<void> {
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
    const asked = simulationQuery(poolId, { ...values, name: "", active: false }, true).queryKey;
    const known = client.getQueryData<Simulation>(asked);
    void modal.confirm({
      title: t("pool_rule.confirmTitle", { name: values.name.trim() }),
      content: known ? t("pool_rule.confirmCounts", { now: known.counts.now, week: known.counts.in_7_days }) : sentence(values),
      okText: t("pool_rule.switchOn"),
      cancelText: t("common.cancel"),
      onOk: () => save(true),
    });
  }

  return (
    <Drawer
      open
      onClose={onClose}
      size={narrow ? "100%" : 960}
      title={t(rule ? "pool_rule.edit" : "pool_rule.add")}
      footer={
        <div className={styles.footer}>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
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
        {sentence(values)}
      </p>
      <div className={styles.columns}>
        <RuleForm rule={values} onChange={setValues} />
        <SimulationPanel poolId={poolId} rule={values} />
      </div>
    </Drawer>
  );
}
