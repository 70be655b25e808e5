/** The custom fields of a customer among its facts, each editable in place. */
import { useState, type KeyboardEvent } from "react";
import type { Access, Customer } from "@/api/customer";
import { useCustomFields, useCustomLabel } from "@/api/custom_field";
import { useFieldText } from "@/api/field_text";
import type { Field } from "@/api/option";
import { CustomInput } from "@/features/customer/custom/CustomInput";
import styles from "@/features/customer/custom/CustomInput.module.css";
import { valueOf } from "@/features/customer/edit";
import { useSave } from "@/features/customer/panel/editors";
import type { CustomerEdit } from "@/features/customer/useCustomerEdit";
import { isComposing } from "@/lib/keys";
import { Fact } from "@/ui/Fact";

type Props = { customer: Customer; access: Access | undefined; edit: CustomerEdit; hideEmpty: boolean };

export function CustomFacts({ customer, access, edit, hideEmpty }: Props) {
  const fields = useCustomFields();
  const label = useCustomLabel();
  const text = useFieldText();
  const shown = fields.filter((field) => !customer.hidden_fields?.includes(field.field)).filter((field) => !hideEmpty || valueOf(customer, field.field) !== null);
  return shown.map((field) => {
    const value = valueOf(customer, field.field);
    return (
      <Fact
        key={field.field}
        label={label(field)}
        empty={value === null}
        value={text(field.field, value)}
        access={access?.actions.edit}
        editor={(onClose) => <Editor field={field} customer={customer} edit={edit} onClose={onClose} />}
      />
    );
  });
}

type EditorProps = { field: Field; customer: Customer; edit: CustomerEdit; onClose: () => void };

/** Texts and numbers are saved by Enter or when left; what is picked is saved at once, several options when their list closes. */
function Editor({ field, customer, edit, onClose }: EditorProps) {
  const [value, setValue] = useState(() => valueOf(customer, field.field));
  const { save, error } = useSave({ customer, edit, onClose });
  const send = (next: unknown) => void save({ [field.field]: next });
  const typed = field.type === "text" || field.type === "number";
  function change(next: unknown): void {
    setValue(next);
    if (!typed && field.type !== "choices") send(next);
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    } else if (event.key === "Enter") {
      event.preventDefault();
      send(value);
    }
  }
  // A list closes before what was picked in it is told, so leaving waits a moment.
  const close = () => (field.type === "choices" ? send(value) : setTimeout(onClose, 80));
  return (
    <>
      <CustomInput field={field} value={value} onChange={change} invalid={error !== ""} autoFocus onKeyDown={onKeyDown} onBlur={typed ? () => send(value) : undefined} onClose={close} />
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </>
  );
}
