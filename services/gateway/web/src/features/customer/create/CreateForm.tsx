/** The fields of the create form; those used every time first, the rest under "more". */
import { Button, Form, Input, Radio, Select } from "antd";
import { ChevronDown, ChevronRight, EyeOff, Globe } from "lucide-react";
import { useState, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useCustomFields, useCustomLabel } from "@/api/custom_field";
import { searchMembers } from "@/api/member";
import { useOptions } from "@/api/option";
import { useTagSource } from "@/api/tag";
import styles from "@/features/customer/create/CreateCustomer.module.css";
import type { Entry } from "@/features/customer/create/entry";
import { CustomInput } from "@/features/customer/custom/CustomInput";
import { SimilarHint } from "@/features/customer/create/SimilarHint";
import type { FieldErrors } from "@/features/customer/create/useCreate";
import { TagField } from "@/ui/TagField";
import { readSetting, writeSetting } from "@/lib/storage";
import { MemberPicker } from "@/ui/MemberPicker";
import { RegionCascader } from "@/ui/RegionCascader";
import { StatusDot } from "@/ui/StatusDot";

type Props = { entry: Entry; errors: FieldErrors; onChange: (part: Partial<Entry>) => void; nameRef: RefObject<HTMLInputElement | null>; onOpen: (customerId: string) => void };

type TextField = "name" | "phone" | "mobile" | "email" | "wechat" | "website" | "short_name" | "credit_code" | "address";
type ChoiceField = "source" | "level" | "status" | "industry" | "kind" | "relation";

/** As long as the interface takes them. */
const LIMITS: Record<TextField, number> = { name: 200, phone: 50, mobile: 50, email: 254, wechat: 100, website: 300, short_name: 100, credit_code: 18, address: 500 };
const MORE = "create.more";

export function CreateForm({ entry, errors, onChange, nameRef, onOpen }: Props) {
  const { t } = useTranslation();
  const { choices } = useOptions();
  const tagSource = useTagSource();
  const custom = useCustomFields();
  const customLabel = useCustomLabel();
  const [more, setMore] = useState(() => readSetting(MORE, false));
  const id = (field: string) => `create-${field}`;
  const item = (field: keyof Entry, control: ReactNode, options: { wide?: boolean; required?: boolean; label?: string } = {}) => (
    <Form.Item
      label={options.label ?? t(`field.${field}`)}
      htmlFor={id(field)}
      required={options.required}
      validateStatus={errors[field] ? "error" : undefined}
      help={errors[field]}
      className={options.wide ? styles.wide : undefined}
    >
      {control}
    </Form.Item>
  );
  const text = (field: TextField, type = "text") => (
    <Input id={id(field)} type={type} value={entry[field]} maxLength={LIMITS[field]} autoComplete="off" aria-invalid={errors[field] ? true : undefined} onChange={(event) => onChange({ [field]: event.target.value })} />
  );
  const choice = (field: ChoiceField) => (
    <Select
      id={id(field)}
      className={styles.fill}
      allowClear
      value={entry[field]}
      placeholder={t("create.choose")}
      aria-label={t(`field.${field}`)}
      showSearch={{ optionFilterProp: "label" }}
      options={choices(field)}
      optionRender={({ data }) => (data.color ? <StatusDot label={data.label} color={data.color} /> : data.label)}
      onChange={(value: string | undefined) => onChange({ [field]: value ?? null })}
    />
  );
  return (
    <Form component="div" layout="vertical" requiredMark>
      <div className={styles.grid}>
        {item(
          "name",
          <>
            <Input
              id={id("name")}
              ref={(input) => {
                nameRef.current = input?.input ?? null;
              }}
              value={entry.name}
              maxLength={LIMITS.name}
              autoComplete="off"
              aria-required
              aria-invalid={errors.name ? true : undefined}
              placeholder={t("create.namePlaceholder")}
              onChange={(event) => onChange({ name: event.target.value })}
            />
            <SimilarHint name={entry.name} onOpen={onOpen} />
          </>,
          { wide: true, required: true },
        )}
        {item("phone", text("phone", "tel"))}
        {item("source", choice("source"))}
        {item("level", choice("level"))}
        {item("status", choice("status"))}
        {item("industry", choice("industry"))}
        {item("province", <RegionCascader value={entry} onChange={onChange} label={t("field.region")} placeholder={t("create.choose")} />, { label: t("field.region") })}
        {item("owner", <MemberPicker id={id("owner")} value={entry.owner} onChange={(owner) => onChange({ owner })} load={searchMembers} label={t("field.owner")} placeholder={t("create.unassigned")} allowClear />, { wide: true })}
        {item("tag_ids", <TagField source={tagSource} id={id("tag_ids")} value={entry.tag_ids} onChange={(tag_ids) => onChange({ tag_ids })} label={t("tag.tags")} />, { wide: true, label: t("tag.tags") })}
        {item("visibility", <VisibilityChoice value={entry.visibility} onChange={(visibility) => onChange({ visibility })} />, { wide: true })}
        <Button
          type="text"
          size="small"
          className={`${styles.wide} ${styles.more}`}
          icon={more ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
          aria-expanded={more}
          onClick={() => {
            setMore(!more);
            writeSetting(MORE, !more);
          }}
        >
          {t("create.more")}
        </Button>
        {more && (
          <>
            {item("mobile", text("mobile", "tel"))}
            {item("wechat", text("wechat"))}
            {item("email", text("email", "email"))}
            {item("website", text("website"))}
            {item("short_name", text("short_name"))}
            {item("credit_code", text("credit_code"))}
            {item("kind", choice("kind"))}
            {item("relation", choice("relation"))}
            {item("address", text("address"), { wide: true })}
            {custom.map((field) => (
              <Form.Item key={field.field} label={customLabel(field)} htmlFor={id(field.field)} validateStatus={errors[field.field] ? "error" : undefined} help={errors[field.field]}>
                <CustomInput field={field} id={id(field.field)} invalid={errors[field.field] !== undefined} value={entry.custom[field.field] ?? null} onChange={(value) => onChange({ custom: { ...entry.custom, [field.field]: value } })} />
              </Form.Item>
            ))}
            {item("remark", <Input.TextArea id={id("remark")} value={entry.remark} maxLength={5000} rows={2} onChange={(event) => onChange({ remark: event.target.value })} />, { wide: true })}
          </>
        )}
      </div>
    </Form>
  );
}

function VisibilityChoice({ value, onChange }: { value: Entry["visibility"]; onChange: (visibility: Entry["visibility"]) => void }) {
  const { t } = useTranslation();
  const option = (name: Entry["visibility"], icon: ReactNode) => ({
    value: name,
    label: (
      <div className={styles.choice}>
        <strong>
          {icon}
          {t(`list.${name}`)}
        </strong>
        <span>{t(`create.${name}Hint`)}</span>
      </div>
    ),
  });
  return (
    <Radio.Group
      id="create-visibility"
      className={styles.visibility}
      value={value}
      aria-label={t("field.visibility")}
      onChange={(event) => onChange(event.target.value)}
      options={[option("public", <Globe size={13} aria-hidden />), option("private", <EyeOff size={13} aria-hidden />)]}
    />
  );
}
