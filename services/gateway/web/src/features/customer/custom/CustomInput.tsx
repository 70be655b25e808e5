/** The control of one custom field, by its type: the same in the create form, the details form and in place. */
import { DatePicker, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useCustomLabel } from "@/api/custom_field";
import { searchMembers } from "@/api/member";
import { useMemberName } from "@/api/member_name";
import { useOptions, type Field } from "@/api/option";
import styles from "@/features/customer/custom/CustomInput.module.css";
import { MemberPicker } from "@/ui/MemberPicker";
import { StatusDot } from "@/ui/StatusDot";

const DAY = "YYYY-MM-DD";

type Props = {
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
  id?: string;
  invalid?: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
  onKeyDown?: (event: KeyboardEvent) => void;
  onBlur?: () => void;
  onClose?: () => void;
};

export function CustomInput({ field, value, onChange, id, invalid = false, disabled, autoFocus, onKeyDown, onBlur, onClose }: Props) {
  const { t } = useTranslation();
  const { choices, find } = useOptions();
  const label = useCustomLabel()(field);
  const memberName = useMemberName();
  const shared = { id, disabled, autoFocus, className: styles.fill, status: invalid ? ("error" as const) : undefined, "aria-label": label, "aria-invalid": invalid || undefined };
  const opening = { defaultOpen: autoFocus, onOpenChange: (open: boolean) => !open && onClose?.() };
  if (field.type === "number") return <InputNumber {...shared} controls={false} decimalSeparator="." value={value as number | null} onKeyDown={onKeyDown} onBlur={onBlur} onChange={onChange} />;
  if (field.type === "date") {
    const day = typeof value === "string" && value ? dayjs(value, DAY) : null;
    return <DatePicker {...shared} {...opening} format={DAY} placeholder={t("custom_field.chooseDay")} value={day} onChange={(next) => onChange(next?.format(DAY) ?? null)} />;
  }
  if (field.type === "boolean") {
    const options = [
      { value: "true", label: t("common.yes") },
      { value: "false", label: t("common.no") },
    ];
    return <Select {...shared} {...opening} allowClear placeholder={t("create.choose")} value={typeof value === "boolean" ? String(value) : null} options={options} onChange={(next: string | undefined) => onChange(next === undefined ? null : next === "true")} />;
  }
  if (field.type === "member") {
    const memberId = typeof value === "string" ? value : null;
    return <MemberPicker id={id} label={label} disabled={disabled} autoFocus={autoFocus} defaultOpen={autoFocus} allowClear placeholder={t("create.choose")} value={memberId ? { member_id: memberId, name: memberName(memberId) } : null} load={searchMembers} onChange={(member) => onChange(member?.member_id ?? null)} />;
  }
  if (field.type === "choice" || field.type === "choices") {
    const held = Array.isArray(value) ? (value as string[]) : typeof value === "string" ? [value] : [];
    const listed = choices(field.field);
    // What is held stays on offer though it was retired.
    const all = [...listed, ...held.filter((each) => !listed.some((option) => option.value === each)).flatMap((each) => find(field.field, each) ?? [])];
    const options = all.map((option) => ({ value: option.value, text: option.label, label: option.color ? <StatusDot label={option.label} color={option.color} /> : option.label }));
    const more = { allowClear: true, placeholder: t("create.choose"), options, showSearch: { optionFilterProp: "text" }, notFoundContent: t("custom_field.noOptions") };
    return field.type === "choices" ? (
      <Select {...shared} {...opening} {...more} mode="multiple" value={held} onChange={(next: string[]) => onChange(next)} />
    ) : (
      <Select {...shared} {...opening} {...more} value={held[0] ?? null} onChange={(next: string | undefined) => onChange(next ?? null)} />
    );
  }
  return <Input {...shared} maxLength={500} autoComplete="off" value={(value as string | null) ?? ""} onKeyDown={onKeyDown} onBlur={onBlur} onChange={(event) => onChange(event.target.value)} />;
}
