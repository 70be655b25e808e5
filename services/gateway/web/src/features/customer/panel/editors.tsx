/** Editors of single facts: they save on Enter or when left, keep what was typed when saving fails, and leave on Escape. */
import { Input, Select } from "antd";
import { useRef, useState, type FocusEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import { useOptions, type OptionView } from "@/api/option";
import { changedFields, valueOf, type Changes } from "@/features/customer/edit";
import styles from "@/features/customer/panel/panel.module.css";
import type { CustomerEdit } from "@/features/customer/useCustomerEdit";
import { isComposing } from "@/lib/keys";
import { asProblem, codeText, problemText } from "@/lib/problem";
import { RegionCascader } from "@/ui/RegionCascader";
import { StatusDot } from "@/ui/StatusDot";

export type EditorProps = { customer: Customer; field: string; label: string; edit: CustomerEdit; onClose: () => void };

/** What a refused field says. */
export function fieldError(error: unknown): string {
  const problem = asProblem(error);
  const first = problem.body.errors?.[0];
  return first ? codeText(first.code, {}, problem.status) : problemText(error);
}

/** One save at a time, from the values the editor began with; the sentence of a refusal. */
export function useSave({ customer, edit, onClose }: Pick<EditorProps, "customer" | "edit" | "onClose">): { save: (values: Changes) => Promise<void>; busy: boolean; error: string } {
  const start = useRef(customer);
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  async function save(values: Changes): Promise<void> {
    if (running.current) return;
    const changes = changedFields(start.current, values);
    if (Object.keys(changes).length === 0) return onClose();
    running.current = true;
    setBusy(true);
    setError("");
    try {
      if (await edit.save(changes, start.current)) onClose();
    } catch (problem) {
      setError(fieldError(problem));
    } finally {
      running.current = false;
      setBusy(false);
    }
  }
  return { save, busy, error };
}

export function TextEditor({ customer, field, label, edit, onClose, long = false }: EditorProps & { long?: boolean }) {
  const [value, setValue] = useState(() => String(valueOf(customer, field) ?? ""));
  const { save, busy, error } = useSave({ customer, edit, onClose });
  const send = () => void save({ [field]: field === "staff_size" ? numberOf(value) : value });
  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    } else if (event.key === "Enter" && (!long || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    }
  }
  const shared = {
    autoFocus: true,
    value,
    maxLength: long ? 4000 : 300,
    "aria-label": label,
    "aria-invalid": error !== "",
    status: error ? ("error" as const) : undefined,
    onKeyDown,
    onBlur: (event: FocusEvent) => !event.currentTarget.closest("[aria-hidden=true]") && send(),
  };
  return (
    <>
      {long ? (
        <Input.TextArea {...shared} rows={2} onChange={(event) => setValue(event.target.value)} />
      ) : (
        <Input {...shared} readOnly={busy} onChange={(event) => setValue(event.target.value)} inputMode={field === "staff_size" ? "numeric" : undefined} />
      )}
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </>
  );
}

/** A number, or the text itself so that the server says what is wrong with it. */
export function numberOf(text: string): number | string | null {
  const plain = text.trim().replaceAll(/[,，]/g, "");
  if (plain === "") return null;
  return Number.isFinite(Number(plain)) ? Number(plain) : plain;
}

export function ChoiceEditor({ customer, field, label, edit, onClose, list, clearable = true }: EditorProps & { list: string; clearable?: boolean }) {
  const { t } = useTranslation();
  const { choices } = useOptions();
  const { save, busy, error } = useSave({ customer, edit, onClose });
  const items: OptionView[] =
    field === "visibility"
      ? [
          { value: "public", label: t("detail.public"), color: null },
          { value: "private", label: t("detail.private"), color: null },
        ]
      : choices(list);
  return (
    <>
      <Select
        autoFocus
        defaultOpen
        className={styles.fill}
        loading={busy}
        value={valueOf(customer, field) as string | null}
        aria-label={label}
        allowClear={clearable}
        showSearch={items.length > 8 ? { optionFilterProp: "text" } : false}
        status={error ? "error" : undefined}
        options={items.map((item) => ({ value: item.value, text: item.label, label: item.color ? <StatusDot label={item.label} color={item.color} /> : item.label }))}
        onChange={(value: string | undefined) => void save({ [field]: value ?? null })}
        onOpenChange={(open) => !open && !busy && setTimeout(onClose, 80)}
      />
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </>
  );
}

export function RegionEditor({ customer, label, edit, onClose }: Omit<EditorProps, "field">) {
  const { save, error } = useSave({ customer, edit, onClose });
  return (
    <>
      <RegionCascader
        autoFocus
        defaultOpen
        label={label}
        value={{ province: customer.province ?? null, city: customer.city ?? null, district: customer.district ?? null }}
        onChange={(region) => void save({ ...region })}
        onLeave={onClose}
      />
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </>
  );
}
