/** Two lists: what can be a column, and what is one, in the order of the file. */
import { Button, Checkbox, Input } from "antd";
import { Search, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFieldLabel, type Field } from "@/api/option";
import { exportable } from "@/features/export/columns";
import styles from "@/features/export/export.module.css";
import { matchesText } from "@/lib/match";
import { SortableList } from "@/ui/SortableList";

type Props = { fields: readonly Field[]; value: string[]; onChange: (columns: string[]) => void };

export function ColumnChooser({ fields, value, onChange }: Props) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const [typed, setTyped] = useState("");
  const all = exportable(fields);
  const found = all.filter((field) => matchesText(typed, field.label_zh, field.label_en, field.field));
  const toggle = (name: string, on: boolean) => onChange(on ? [...value, name] : value.filter((each) => each !== name));
  return (
    <div className={styles.chooser}>
      <section className={styles.side} aria-label={t("export.available")}>
        <div className={styles.sideHead}>
          <Input size="small" allowClear prefix={<Search size={13} aria-hidden />} placeholder={t("export.findColumn")} aria-label={t("export.findColumn")} value={typed} onChange={(event) => setTyped(event.target.value)} />
          <Button type="link" size="small" onClick={() => onChange([...value, ...found.map((field) => field.field).filter((name) => !value.includes(name))])}>
            {t("common.all")}
          </Button>
        </div>
        <div className={styles.scroll}>
          {found.map((field) => (
            <Checkbox key={field.field} className={styles.box} checked={value.includes(field.field)} onChange={(event) => toggle(field.field, event.target.checked)}>
              {label(field.field)}
            </Checkbox>
          ))}
          {found.length === 0 && <p className={styles.none}>{t("common.noMatch")}</p>}
        </div>
      </section>
      <section className={styles.side} aria-label={t("export.chosen")}>
        <div className={styles.sideHead}>
          <span className={styles.sideTitle}>{t("export.chosenCount", { count: value.length })}</span>
          <Button type="link" size="small" disabled={value.length === 0} onClick={() => onChange([])}>
            {t("common.clear")}
          </Button>
        </div>
        <div className={styles.scroll}>
          <SortableList
            items={value}
            keyOf={(name) => name}
            nameOf={label}
            onOrder={onChange}
            label={t("export.chosen")}
            render={(name) => (
              <span className={styles.chosen}>
                {label(name)}
                <Button type="text" size="small" icon={<X size={13} />} aria-label={t("export.drop", { name: label(name) })} onClick={() => toggle(name, false)} />
              </span>
            )}
          />
        </div>
      </section>
    </div>
  );
}
