/** Custom fields in the form for many: those that are picked stand there, each with a value to set or to be emptied. */
import { Button, Checkbox, Form, Select } from "antd";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCustomFields, useCustomLabel } from "@/api/custom_field";
import type { Field } from "@/api/option";
import styles from "@/features/customer/batch/CustomValues.module.css";
import { CustomInput } from "@/features/customer/custom/CustomInput";
import { matchesText } from "@/lib/match";

/** By the key of the field: undefined has no value yet, null empties. */
type Values = Record<string, unknown>;

export function CustomValues({ values, onChange }: { values: Values; onChange: (values: Values) => void }) {
  const { t } = useTranslation();
  const fields = useCustomFields();
  const label = useCustomLabel();
  if (fields.length === 0) return null;
  const picked = Object.keys(values).flatMap((key) => fields.find((field) => field.field === key) ?? []);
  const left = fields.filter((field) => !(field.field in values));
  const drop = (key: string) => onChange(Object.fromEntries(Object.entries(values).filter(([each]) => each !== key)));
  return (
    <>
      {picked.map((field) => (
        <Form.Item key={field.field} label={label(field)} style={{ marginBottom: 10 }}>
          <Row field={field} value={values[field.field]} label={label(field)} onChange={(value) => onChange({ ...values, [field.field]: value })} onDrop={() => drop(field.field)} />
        </Form.Item>
      ))}
      {left.length > 0 && (
        <Form.Item label={t("batch.custom")} htmlFor="bulk-custom" style={{ marginBottom: 0 }}>
          <Select
            id="bulk-custom"
            value={null}
            placeholder={t("batch.pickCustom")}
            options={left.map((field) => ({ value: field.field, label: label(field), search: `${field.label_zh} ${field.label_en} ${field.pinyin ?? ""}` }))}
            showSearch={{ filterOption: (typed, option) => matchesText(typed, option?.search) }}
            onChange={(key: string | null) => key && onChange({ ...values, [key]: undefined })}
          />
        </Form.Item>
      )}
    </>
  );
}

function Row({ field, value, label, onChange, onDrop }: { field: Field; value: unknown; label: string; onChange: (value: unknown) => void; onDrop: () => void }) {
  const { t } = useTranslation();
  const empties = value === null;
  // What was typed and taken away again is no value, not the wish to empty the field of everybody.
  const change = (next: unknown) => onChange(next === null || next === "" || (Array.isArray(next) && next.length === 0) ? undefined : next);
  return (
    <div className={styles.row}>
      <div className={styles.input}>
        <CustomInput field={field} value={value ?? null} onChange={change} disabled={empties} />
      </div>
      <Checkbox checked={empties} onChange={(event) => onChange(event.target.checked ? null : undefined)}>
        {t("batch.emptyIt")}
      </Checkbox>
      <Button type="text" size="small" icon={<X size={14} />} aria-label={t("batch.dropField", { label })} onClick={onDrop} />
    </div>
  );
}
