/** Asks what to export and starts it: scope, name, columns and their order, language. The choice of columns is remembered. */
import { useQuery } from "@tanstack/react-query";
import { App, Button, Input, Modal, Radio, Segmented, Skeleton } from "antd";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Selection } from "@/api/customer";
import { createExport, type CreateExport } from "@/api/export";
import { useFilterWords } from "@/api/filter_text";
import { fieldsQuery, type Field } from "@/api/option";
import { ColumnChooser } from "@/features/export/ColumnChooser";
import { fileName, listColumns, startColumns } from "@/features/export/columns";
import styles from "@/features/export/export.module.css";
import { useStarted } from "@/features/export/useExports";
import { countText, type Count } from "@/lib/count";
import { allOf, readFilter, type Condition, type FilterNode } from "@/lib/filter";
import { filterText } from "@/lib/filterText";
import type { Language } from "@/lib/i18n/setup";
import { randomId } from "@/lib/ids";
import { CHIPS, splitList } from "@/lib/listSearch";
import { readSetting, writeSetting } from "@/lib/storage";
import { now } from "@/lib/time";
import { ErrorBanner } from "@/ui/ErrorBanner";

export type ExportScope = {
  /** Chosen rows; none chosen: everything that matches `selection`. */
  customerIds: string[];
  selection: Selection;
  /** How many match the selection. */
  count: Count | null;
  /** Columns as the list shows them now, in their order. */
  columns: string[];
};

type Props = { open: boolean; onClose: () => void; scope: ExportScope };
type Which = "chosen" | "matching" | "all";

export function ExportModal({ open, onClose, scope }: Props) {
  const { t } = useTranslation();
  const { data } = useQuery(fieldsQuery);
  return (
    <Modal open={open} width={720} title={t("export.title")} footer={null} onCancel={onClose} destroyOnHidden>
      {data ? <ExportForm fields={data.fields} scope={scope} onClose={onClose} /> : <Skeleton active />}
    </Modal>
  );
}

type FormProps = { fields: Field[]; scope: ExportScope; onClose: () => void };

function ExportForm({ fields, scope, onClose }: FormProps) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const started = useStarted();
  const chosen = scope.customerIds.length;
  const [which, setWhich] = useState<Which>(chosen > 0 ? "chosen" : "matching");
  const [name, setName] = useState(() => fileName(t("export.defaultName", { view: t(`view.${scope.selection.view}`), day: now().format("YYYYMMDD") })));
  const [columns, setColumns] = useState(() => startColumns(fields, readSetting<string[] | null>("export.columns", null)));
  const [language, setLanguage] = useState<Language>(i18n.language === "en" ? "en" : "zh");
  const filter = useMemo(() => narrowedBy(scope.selection), [scope.selection]);
  const words = useFilterWords(filter);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  // One key per opened dialog and choice: a second press starts no second export.
  const key = useRef(randomId());

  async function start(): Promise<void> {
    setBusy(true);
    setError(null);
    const about = { columns, name: fileName(name) || t("export.title"), language };
    const selection: Selection = which === "all" ? { view: "all" } : scope.selection;
    const { filter: text, ...plain } = selection;
    const body: CreateExport = which === "chosen" ? { ...about, customer_ids: scope.customerIds } : { ...about, ...plain, filter: readFilter(text) ?? undefined };
    try {
      started(await createExport(body, key.current));
      writeSetting("export.columns", columns);
      void message.info(t("export.started"));
      onClose();
    } catch (problem) {
      key.current = randomId();
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  const shown = listColumns(fields, scope.columns);
  return (
    <div className={styles.form}>
      <Labelled text={t("export.scope")}>
        <Radio.Group value={which} onChange={(event) => setWhich(event.target.value as Which)} aria-label={t("export.scope")}>
          {chosen > 0 && <Radio value="chosen">{t("export.scopeChosen", { count: chosen })}</Radio>}
          <Radio value="matching">{t("export.scopeMatching", { view: t(`view.${scope.selection.view}`), count: countText(scope.count) })}</Radio>
          {(scope.selection.view !== "all" || filter !== null || Boolean(scope.selection.q)) && <Radio value="all">{t("export.scopeAll")}</Radio>}
        </Radio.Group>
        {which === "matching" && filter && (
          <p className={styles.conditions} aria-label={t("filter.sentence")}>
            {filterText(filter, words)}
          </p>
        )}
      </Labelled>
      <Labelled text={t("export.name")}>
        <Input value={name} maxLength={120} suffix=".xlsx" aria-label={t("export.name")} onChange={(event) => setName(event.target.value)} />
      </Labelled>
      <Labelled text={t("export.language")}>
        <Segmented
          value={language}
          onChange={(value: string) => setLanguage(value as Language)}
          aria-label={t("export.language")}
          options={[
            { value: "zh", label: <span lang="zh-CN">中文</span> },
            { value: "en", label: <span lang="en">English</span> },
          ]}
        />
      </Labelled>
      <Labelled
        text={t("export.columns")}
        extra={
          <>
            {shown.length > 0 && (
              <Button type="link" size="small" onClick={() => setColumns(shown)}>
                {t("export.asListed")}
              </Button>
            )}
            <Button type="link" size="small" onClick={() => setColumns(startColumns(fields, null))}>
              {t("export.usual")}
            </Button>
          </>
        }
      >
        <ColumnChooser fields={fields} value={columns} onChange={setColumns} />
      </Labelled>
      {columns.length === 0 && <p className={styles.missing}>{t("export.noColumns")}</p>}
      <ErrorBanner error={error} />
      <div className={styles.formFoot}>
        <Button onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="primary" loading={busy} disabled={columns.length === 0} onClick={() => void start()}>
          {t("export.start")}
        </Button>
      </div>
    </div>
  );
}

/** All that narrows the view but its search text: conditions and quick filters. */
function narrowedBy(selection: Selection): FilterNode | null {
  const chips = CHIPS.flatMap((chip): Condition[] => {
    const values = splitList(selection[chip]);
    return values.length > 0 ? [{ field: chip === "owner_id" ? "owner" : chip, op: "any_of", value: values }] : [];
  });
  return allOf(readFilter(selection.filter), ...chips);
}

function Labelled({ text, extra, children }: { text: string; extra?: React.ReactNode; children: React.ReactNode }) {
  return (
    <div className={styles.labelled}>
      <div className={styles.label}>
        <span>{text}</span>
        {extra && <span>{extra}</span>}
      </div>
      {children}
    </div>
  );
}
