/** Set the same values in many customers: only what is chosen here changes. */
import { Alert, Form, Modal, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BulkValues } from "@/api/batch";
import { useFieldLabel, useOptions } from "@/api/option";
import { CustomValues } from "@/features/customer/batch/CustomValues";
import { NextContactPicker } from "@/ui/NextContactPicker";

type Props = { open: boolean; count: number; busy: boolean; onClose: () => void; onEdit: (values: BulkValues) => void };

const CHOICES = ["status", "level", "source", "industry", "relation"] as const;
type Choice = (typeof CHOICES)[number];

/** Every customer has a status; the others may be emptied. */
const REQUIRED: readonly Choice[] = ["status"];
const EMPTY = "\u0000";

export function EditDialog({ open, count, busy, onClose, onEdit }: Props) {
  const { t } = useTranslation();
  const { choices } = useOptions();
  const label = useFieldLabel();
  const [chosen, setChosen] = useState<Partial<Record<Choice, string>>>({});
  const [next, setNext] = useState<string | null>(null);
  const [custom, setCustom] = useState<Record<string, unknown>>({});
  useEffect(() => {
    if (!open) return;
    setChosen({});
    setNext(null);
    setCustom({});
  }, [open]);
  const told = Object.fromEntries(Object.entries(custom).filter(([, value]) => value !== undefined));
  const values: BulkValues = Object.fromEntries(Object.entries(chosen).map(([field, value]) => [field, value === EMPTY ? null : value]));
  if (next) values.next_contact_at = next;
  if (Object.keys(told).length > 0) values.custom = told;
  const ready = Object.keys(values).length > 0 && Object.keys(told).length === Object.keys(custom).length;
  const options = (field: Choice) => [...choices(field).map(({ value, label: text }) => ({ value, label: text })), ...(REQUIRED.includes(field) ? [] : [{ value: EMPTY, label: t("batch.emptyField") }])];
  return (
    <Modal
      open={open}
      title={t("batch.editMany", { count })}
      width={520}
      destroyOnHidden
      onCancel={onClose}
      okText={t("batch.editNow", { count })}
      cancelText={t("common.cancel")}
      okButtonProps={{ disabled: !ready, loading: busy }}
      onOk={() => onEdit(values)}
    >
      <Alert type="info" showIcon title={t("batch.editHint")} style={{ marginBottom: 14 }} />
      <Form layout="horizontal" labelCol={{ flex: "128px" }} labelAlign="left" labelWrap colon={false}>
        {CHOICES.map((field, index) => (
          <Form.Item key={field} label={label(field)} htmlFor={`bulk-${field}`} style={{ marginBottom: 10 }}>
            <Select
              id={`bulk-${field}`}
              autoFocus={index === 0}
              allowClear
              showSearch={{ optionFilterProp: "label" }}
              value={chosen[field]}
              placeholder={t("batch.leaveField")}
              options={options(field)}
              onChange={(value: string | undefined) => setChosen(({ [field]: _before, ...rest }) => (value === undefined ? rest : { ...rest, [field]: value }))}
            />
          </Form.Item>
        ))}
        <Form.Item label={label("next_contact_at")} style={{ marginBottom: 10 }}>
          <NextContactPicker value={next} onChange={setNext} label={label("next_contact_at")} />
        </Form.Item>
        <CustomValues values={custom} onChange={setCustom} />
      </Form>
    </Modal>
  );
}
