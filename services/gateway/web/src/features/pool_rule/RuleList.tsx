/** The rules of a pool: each as a sentence, with its switch. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Popconfirm, Skeleton, Switch, Tag } from "antd";
import { SquarePen, TimerReset, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { deleteRule, editRule, rulesQuery, type PoolRule } from "@/api/pool_rule";
import styles from "@/features/pool_rule/pool_rule.module.css";
import { useSentence } from "@/features/pool_rule/useSentence";
import { valuesOf } from "@/features/pool_rule/values";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { useProblemToast } from "@/ui/useProblemToast";

const UNDO_SECONDS = 8;

type Props = { poolId: string; onEdit: (rule: PoolRule) => void; onAdd: () => void };

export function RuleList({ poolId, onEdit, onAdd }: Props) {
  const { t } = useTranslation();
  const rules = useQuery(rulesQuery(poolId));
  if (rules.isPending) return <Skeleton active />;
  if (rules.isError) return <ErrorBanner error={rules.error} onRetry={() => void rules.refetch()} />;
  if (rules.data.items.length === 0) {
    return (
      <EmptyState icon={<TimerReset size={22} />} title={t("pool_rule.none")} hint={t("pool_rule.noneHint")}>
        <Button type="primary" onClick={onAdd}>
          {t("pool_rule.add")}
        </Button>
      </EmptyState>
    );
  }
  return (
    <ul className={styles.rules}>
      {rules.data.items.map((rule) => (
        <Rule key={rule.pool_rule_id} poolId={poolId} rule={rule} onEdit={() => onEdit(rule)} />
      ))}
    </ul>
  );
}

function Rule({ poolId, rule, onEdit }: { poolId: string; rule: PoolRule; onEdit: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const toast = useProblemToast();
  const sentence = useSentence(valuesOf(rule), poolId);
  const reasons = [...new Set(rule.broken.map(({ code }) => t(`pool_rule.broken.${code}`, t("pool_rule.broken.other"))))];
  const renew = () => client.invalidateQueries({ queryKey: rulesQuery(poolId).queryKey });
  const switchTo = (active: boolean) => editRule(poolId, rule.pool_rule_id, { active }).then(renew);
  const off = () => switchTo(false).then(sayOff).catch(toast);
  const sayOff = () => {
    const key = `rule-${rule.pool_rule_id}`;
    const undo = () => {
      message.destroy(key);
      void switchTo(true)
        .then(() => message.success(t("pool_rule.switchedOn")))
        .catch(toast);
    };
    const content = (
      <span>
        {t("pool_rule.switchedOff", { name: rule.name })}{" "}
        <Button type="link" size="small" onClick={undo}>
          {t("pool_rule.switchBack")}
        </Button>
      </span>
    );
    void message.open({ key, type: "success", content, duration: UNDO_SECONDS });
  };
  const remove = () =>
    deleteRule(poolId, rule.pool_rule_id)
      .then(renew)
      .then(() => message.success(t("pool_rule.deleted")))
      .catch(toast);
  return (
    <li className={styles.rule} data-off={!rule.active || undefined}>
      <div className={styles.words}>
        <h2 className={styles.ruleName}>
          {rule.name} {reasons.length > 0 ? <Tag color="warning">{t("pool_rule.broken.mark")}</Tag> : <Tag color={rule.active ? "success" : undefined}>{t(rule.active ? "pool_rule.on" : "pool_rule.draft")}</Tag>}
        </h2>
        <p className={styles.hint}>{sentence}</p>
        {reasons.length > 0 && (
          <Alert
            type="warning"
            showIcon
            className={styles.broken}
            title={t("pool_rule.broken.title")}
            description={reasons.join(t("pool_rule.sentence.semicolon"))}
            action={
              <Button size="small" onClick={onEdit}>
                {t("pool_rule.broken.fix")}
              </Button>
            }
          />
        )}
      </div>
      <div className={styles.controls}>
        {/* Switching on is done in the editor, beside what it would do. */}
        <Switch checked={rule.active} aria-label={t("pool_rule.switch", { name: rule.name })} onChange={(on) => (on ? onEdit() : void off())} />
        <Button type="text" icon={<SquarePen size={15} />} aria-label={t("pool_rule.editOf", { name: rule.name })} onClick={onEdit} />
        <Popconfirm title={t("pool_rule.deleteAsk", { name: rule.name })} okText={t("common.delete")} cancelText={t("common.cancel")} onConfirm={() => void remove()}>
          <Button type="text" danger icon={<Trash2 size={15} />} aria-label={t("pool_rule.deleteOf", { name: rule.name })} />
        </Popconfirm>
      </div>
    </li>
  );
}
