/** Custom fields in their order: renamed in place, retired and taken back, options of a choice one click away. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Switch, Tag, Tooltip } from "antd";
import { ListChecks } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { customFieldsQuery, editField, orderFields, type CustomField } from "@/api/custom_field";
import styles from "@/features/custom_field/custom_field.module.css";
import { refreshFields } from "@/features/custom_field/refresh";
import { TYPE_ICONS } from "@/features/custom_field/types";
import { SortableList } from "@/ui/SortableList";
import { useProblemToast } from "@/ui/useProblemToast";

type Props = { fields: readonly CustomField[]; optionCount: (key: string) => number; onOptions: (field: CustomField) => void };

export function FieldList({ fields, optionCount, onOptions }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const [order, setOrder] = useState<readonly CustomField[]>(fields);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setOrder(fields), [fields]);
  useEffect(() => () => clearTimeout(timer.current), []);

  /** Dragging tells every step; only where it ends is kept. */
  function move(next: CustomField[]): void {
    setOrder(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      orderFields(next.map((field) => field.key))
        .then((answer) => {
          client.setQueryData(customFieldsQuery.queryKey, answer);
          refreshFields(client);
        })
        .catch((error: unknown) => {
          setOrder(fields);
          showProblem(error);
        });
    }, 400);
  }
  return (
    <div className={styles.fields}>
      <div className={styles.heads} aria-hidden>
        <span>{t("custom_field.type")}</span>
        <span>{t("option.zh")}</span>
        <span>{t("option.en")}</span>
        <span />
        <span>{t("option.active")}</span>
      </div>
      <SortableList items={order} keyOf={(field) => field.key} nameOf={(field) => field.label_zh} onOrder={move} label={t("custom_field.order")} render={(field) => <Row field={field} options={optionCount(field.key)} onOptions={() => onOptions(field)} />} />
    </div>
  );
}

function Row({ field, options, onOptions }: { field: CustomField; options: number; onOptions: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const [busy, setBusy] = useState(false);
  const Icon = TYPE_ICONS[field.type];
  const name = field.label_zh;

  async function change(changes: Parameters<typeof editField>[1]): Promise<boolean> {
    setBusy(true);
    try {
      await editField(field.key, changes);
      refreshFields(client);
      return true;
    } catch (error) {
      showProblem(error);
      return false;
    } finally {
      setBusy(false);
    }
  }
  async function retire(active: boolean): Promise<void> {
    if (await change({ active })) void message.success(t(active ? "custom_field.revived" : "custom_field.retired", { name }), 5);
  }
  return (
    <div className={styles.row} data-off={!field.active || undefined}>
      <Tag className={styles.type} title={field.key}>
        <Icon size={13} aria-hidden /> {t(`custom_field.types.${field.type}`)}
      </Tag>
      <NameInput value={field.label_zh} label={`${t("option.zh")} ${name}`} onSave={(label_zh) => change({ label_zh })} />
      <NameInput value={field.label_en} label={`${t("option.en")} ${name}`} onSave={(label_en) => change({ label_en })} />
      {field.type === "choice" || field.type === "choices" ? (
        <Button size="small" icon={<ListChecks size={14} />} aria-label={t("custom_field.optionsOf", { name })} onClick={onOptions}>
          {t("custom_field.optionCount", { count: options })}
        </Button>
      ) : (
        <span />
      )}
      <Tooltip title={t(field.active ? "custom_field.retireHint" : "custom_field.reviveHint")}>
        <Switch size="small" checked={field.active} loading={busy} aria-label={t("option.activeOf", { name })} onChange={(active) => void retire(active)} />
      </Tooltip>
    </div>
  );
}

/** Saved on Enter or when left; Escape, an empty name or a refusal brings back what stands. */
function NameInput({ value, label, onSave }: { value: string; label: string; onSave: (value: string) => Promise<boolean> }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  async function leave(): Promise<void> {
    const wanted = text.trim();
    if (wanted === value) return;
    if (wanted === "" || !(await onSave(wanted))) setText(value);
  }
  return (
    <Input
      value={text}
      maxLength={60}
      aria-label={label}
      onChange={(event) => setText(event.target.value)}
      onPressEnter={(event) => event.currentTarget.blur()}
      onKeyDown={(event) => event.key === "Escape" && setText(value)}
      onBlur={() => void leave()}
    />
  );
}
