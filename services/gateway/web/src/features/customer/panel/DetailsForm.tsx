/** All fields of a customer in one form, by groups; what differs is saved together or given up together. */
import { Button, Input, InputNumber, Select } from "antd";
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Access, Customer } from "@/api/customer";
import { useCustomFields, useCustomLabel } from "@/api/custom_field";
import { useFieldLabel, useOptions, type Field } from "@/api/option";
import { CustomInput } from "@/features/customer/custom/CustomInput";
import { changedFields, valueOf, type Changes } from "@/features/customer/edit";
import styles from "@/features/customer/panel/panel.module.css";
import type { CustomerEdit } from "@/features/customer/useCustomerEdit";
import { accessReason } from "@/lib/access";
import { commandKey, isComposing } from "@/lib/keys";
import { asProblem, codeText } from "@/lib/problem";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { RegionCascader, type Region } from "@/ui/RegionCascader";
import { StatusDot } from "@/ui/StatusDot";

type Kind = "text" | "long" | "number" | "choice" | "region" | "visibility";
type FormField = { field: string; kind: Kind; wide?: boolean; required?: boolean };

const GROUPS: { name: string; fields: FormField[] }[] = [
  {
    name: "basic",
    fields: [
      { field: "name", kind: "text", required: true },
      { field: "short_name", kind: "text" },
      { field: "kind", kind: "choice" },
      { field: "relation", kind: "choice" },
      { field: "status", kind: "choice", required: true },
      { field: "level", kind: "choice" },
      { field: "source", kind: "choice" },
      { field: "visibility", kind: "visibility", required: true },
    ],
  },
  {
    name: "contact",
    fields: [
      { field: "phone", kind: "text" },
      { field: "mobile", kind: "text" },
      { field: "email", kind: "text" },
      { field: "wechat", kind: "text" },
      { field: "website", kind: "text" },
    ],
  },
  {
    name: "place",
    fields: [
      { field: "province", kind: "region" },
      { field: "address", kind: "text" },
    ],
  },
  {
    name: "company",
    fields: [
      { field: "industry", kind: "choice" },
      { field: "staff_size", kind: "number" },
      { field: "credit_code", kind: "text" },
      { field: "remark", kind: "long", wide: true },
    ],
  },
];

type Draft = { start: Customer; typed: Changes };

/** What was typed and not saved, while this tab lives: walking to the next customer and back loses nothing. */
const drafts = new Map<string, Draft>();

type Props = { customer: Customer; access: Access | undefined; edit: CustomerEdit };

export function DetailsForm({ customer, access, edit }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft | undefined>(() => drafts.get(customer.customer_id));
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const changes = draft ? changedFields(draft.start, draft.typed) : {};
  const count = Object.keys(changes).length;
  const custom = useCustomFields().filter((field) => !customer.hidden_fields?.includes(field.field));
  const form = useRef<HTMLFormElement>(null);
  const allowed = access?.actions.edit?.allowed ?? false;
  useWarning(count > 0);

  function keep(next: Draft | undefined): void {
    if (next) drafts.set(customer.customer_id, next);
    else drafts.delete(customer.customer_id);
    setDraft(next);
  }
  const change = (part: Changes) => keep({ start: draft?.start ?? customer, typed: { ...draft?.typed, ...part } });
  const giveUp = () => {
    setError(null);
    keep(undefined);
  };

  async function save(): Promise<void> {
    if (saving || count === 0 || !draft) return;
    setSaving(true);
    setError(null);
    try {
      if (await edit.save(changes, draft.start)) keep(undefined);
    } catch (problem) {
      setError(problem);
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    } finally {
      setSaving(false);
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event) || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void save();
  }

  const errors = new Map((asProblem(error).body.errors ?? []).map((each) => [each.pointer.replace(/^\/(custom\/)?/, ""), codeText(each.code, {}, 422)]));
  const reason = accessReason(access?.actions.edit);
  return (
    <form className={styles.form} ref={form} onKeyDown={onKeyDown} onSubmit={(event) => event.preventDefault()}>
      {reason && <p className={styles.refusedBox}>{reason}</p>}
      {GROUPS.map(({ name, fields }) => (
        <fieldset key={name} className={styles.group} disabled={!allowed}>
          <legend className={styles.legend}>{t(`detail.group.${name}`)}</legend>
          <div className={styles.grid}>
            {fields
              .filter(({ field }) => field in customer)
              .map((field) => (
                <FieldRow key={field.field} {...field} customer={customer} typed={draft?.typed ?? {}} dirty={field.field in changes} error={errors.get(field.field)} disabled={!allowed || (field.kind === "visibility" && !access?.actions.visibility?.allowed)} onChange={change} />
              ))}
          </div>
        </fieldset>
      ))}
      {custom.length > 0 && (
        <fieldset className={styles.group} disabled={!allowed}>
          <legend className={styles.legend}>{t("detail.group.custom")}</legend>
          <div className={styles.grid}>
            {custom.map((field) => (
              <CustomRow key={field.field} field={field} value={field.field in (draft?.typed ?? {}) ? draft?.typed[field.field] : valueOf(customer, field.field)} dirty={field.field in changes} error={errors.get(field.field)} disabled={!allowed} onChange={change} />
            ))}
          </div>
        </fieldset>
      )}
      {error !== null && errors.size === 0 && <ErrorBanner error={error} />}
      {count > 0 && (
        <div className={styles.dirty} role="status">
          <span>{t("detail.dirty", { count })}</span>
          <Button onClick={giveUp} disabled={saving}>
            {t("detail.giveUp")}
          </Button>
          <Button type="primary" loading={saving} onClick={() => void save()}>
            {t("common.save")} <kbd className={styles.onPrimary}>{commandKey} ↵</kbd>
          </Button>
        </div>
      )}
    </form>
  );
}

/** Leaving the page with unsaved edits asks first. */
function useWarning(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [dirty]);
}

type RowProps = FormField & { customer: Customer; typed: Changes; dirty: boolean; error: string | undefined; disabled: boolean; onChange: (part: Changes) => void };

function FieldRow({ field, kind, wide, required, customer, typed, dirty, error, disabled, onChange }: RowProps) {
  const { t } = useTranslation();
  const fieldLabel = useFieldLabel();
  const label = kind === "region" ? t("detail.region") : fieldLabel(field);
  return (
    <div className={styles.row} data-wide={wide || undefined}>
      <span className={styles.rowLabel} data-dirty={dirty || undefined}>
        {label}
        {required && <i aria-hidden>*</i>}
      </span>
      <div>
        <Control field={field} kind={kind} label={label} required={required} customer={customer} typed={typed} invalid={error !== undefined} disabled={disabled} onChange={onChange} />
        {error && (
          <p className={styles.error} role="alert">
            {error}
          </p>
        )}
      </div>
    </div>
  );
}

type CustomRowProps = Pick<RowProps, "dirty" | "error" | "disabled" | "onChange"> & { field: Field; value: unknown };

function CustomRow({ field, value, dirty, error, disabled, onChange }: CustomRowProps) {
  const label = useCustomLabel()(field);
  return (
    <div className={styles.row}>
      <span className={styles.rowLabel} data-dirty={dirty || undefined}>
        {label}
      </span>
      <div>
        <CustomInput field={field} value={value} disabled={disabled} invalid={error !== undefined} onChange={(next) => onChange({ [field.field]: next })} />
        {error && (
          <p className={styles.error} role="alert">
            {error}
          </p>
        )}
      </div>
    </div>
  );
}

type ControlProps = Pick<RowProps, "field" | "kind" | "customer" | "typed" | "disabled" | "onChange" | "required"> & { label: string; invalid: boolean };

function Control({ field, kind, label, required, customer, typed, invalid, disabled, onChange }: ControlProps): ReactNode {
  const { t } = useTranslation();
  const { choices, find } = useOptions();
  const now = (name: string) => (name in typed ? typed[name] : valueOf(customer, name));
  const value = now(field);
  const shared = { "aria-label": label, "aria-invalid": invalid, status: invalid ? ("error" as const) : undefined, disabled, className: styles.fill };
  if (kind === "region") {
    const region: Region = { province: now("province") as string | null, city: now("city") as string | null, district: now("district") as string | null };
    return <RegionCascader label={label} value={region} disabled={disabled} onChange={(next) => onChange({ ...next })} />;
  }
  if (kind === "number") return <InputNumber {...shared} min={0} max={100_000_000} precision={0} value={value as number | null} onChange={(next) => onChange({ [field]: next })} />;
  if (kind === "visibility") {
    const options = (["public", "private"] as const).map((each) => ({ value: each, label: t(`detail.${each}`) }));
    return <Select {...shared} value={value as string} options={options} onChange={(next: string) => onChange({ [field]: next })} />;
  }
  if (kind === "choice") {
    const listed = choices(field);
    const current = find(field, value as string | null);
    const all = current && !listed.some((option) => option.value === current.value) ? [...listed, current] : listed;
    return (
      <Select
        {...shared}
        allowClear={!required}
        showSearch={{ optionFilterProp: "text" }}
        value={value as string | null}
        options={all.map((option) => ({ value: option.value, text: option.label, label: option.color ? <StatusDot label={option.label} color={option.color} /> : option.label }))}
        onChange={(next: string | undefined) => onChange({ [field]: next ?? null })}
      />
    );
  }
  const text = (value as string | null) ?? "";
  if (kind === "long") return <Input.TextArea {...shared} rows={2} maxLength={4000} value={text} onChange={(event) => onChange({ [field]: event.target.value })} />;
  return <Input {...shared} maxLength={300} value={text} onChange={(event) => onChange({ [field]: event.target.value })} />;
}
