/** The facts of a customer at a glance, each editable in place. Fields the answer does not hold are not for this reader. */
import { Button } from "antd";
import { ExternalLink, Mail, Phone } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Access, Customer } from "@/api/customer";
import { useFieldText } from "@/api/field_text";
import { useFieldLabel, useOptions } from "@/api/option";
import { CustomFacts } from "@/features/customer/custom/CustomFacts";
import { valueOf } from "@/features/customer/edit";
import { ChoiceEditor, RegionEditor, TextEditor, type EditorProps } from "@/features/customer/panel/editors";
import styles from "@/features/customer/panel/panel.module.css";
import type { CustomerEdit } from "@/features/customer/useCustomerEdit";
import { readSetting, writeSetting } from "@/lib/storage";
import { formatTime } from "@/lib/time";
import { CopyButton } from "@/ui/CopyButton";
import { Fact } from "@/ui/Fact";
import { RelativeTime } from "@/ui/RelativeTime";
import { Section } from "@/ui/Section";
import { StatusDot } from "@/ui/StatusDot";

type Kind = "text" | "long" | "choice" | "region" | "phone" | "email" | "link";

const FACTS: { field: string; kind: Kind; list?: string; required?: boolean }[] = [
  { field: "level", kind: "choice", list: "level" },
  { field: "source", kind: "choice", list: "source" },
  { field: "industry", kind: "choice", list: "industry" },
  { field: "province", kind: "region" },
  { field: "phone", kind: "phone" },
  { field: "mobile", kind: "phone" },
  { field: "email", kind: "email" },
  { field: "wechat", kind: "text" },
  { field: "website", kind: "link" },
  { field: "address", kind: "text" },
  { field: "visibility", kind: "choice", list: "visibility", required: true },
  { field: "remark", kind: "long" },
];

/** An address that is safe to follow; anything else is shown as plain text. */
export function webAddress(text: string): string | null {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

type Props = { customer: Customer; access: Access | undefined; edit: CustomerEdit };

export function Facts({ customer, access, edit }: Props) {
  const { t } = useTranslation();
  const [hideEmpty, setHideEmpty] = useState(() => readSetting("facts.hide_empty", false));
  const shown = FACTS.filter(({ field }) => field in customer).filter(({ field }) => !hideEmpty || valueOf(customer, field) !== null);
  const hidden = (customer.hidden_fields?.length ?? 0) > 0;
  const toggle = () => {
    setHideEmpty(!hideEmpty);
    writeSetting("facts.hide_empty", !hideEmpty);
  };
  return (
    <>
      <Section
        title={t("detail.facts")}
        extra={
          <Button type="link" size="small" className={styles.toggle} aria-pressed={hideEmpty} onClick={toggle}>
            {t(hideEmpty ? "detail.showEmpty" : "detail.hideEmpty")}
          </Button>
        }
      >
        {shown.map((fact) => (
          <CustomerFact key={fact.field} {...fact} customer={customer} access={access} edit={edit} />
        ))}
        <CustomFacts customer={customer} access={access} edit={edit} hideEmpty={hideEmpty} />
        {hidden && <p className={styles.projected}>{t("detail.hiddenUntilClaim")}</p>}
      </Section>
      <Section title={t("detail.record")}>
        <Fact label={t("detail.created")} value={<Stamp time={customer.created_at} name={customer.created_by?.name} />} />
        <Fact label={t("detail.updated")} value={<Stamp time={customer.updated_at} />} />
      </Section>
    </>
  );
}

function Stamp({ time, name }: { time: string; name?: string }) {
  return (
    <span title={formatTime(time)}>
      <RelativeTime time={time} /> {name && <span className={styles.by}>· {name}</span>}
    </span>
  );
}

type FactProps = Props & { field: string; kind: Kind; list?: string; required?: boolean };

function CustomerFact({ customer, access, edit, field, kind, list, required }: FactProps) {
  const { t } = useTranslation();
  const fieldLabel = useFieldLabel();
  const label = kind === "region" ? t("detail.region") : fieldLabel(field);
  const value = valueOf(customer, field);
  const text = typeof value === "string" ? value : "";
  const editor = (onClose: () => void): ReactNode => {
    const props: EditorProps = { customer, field, label, edit, onClose };
    if (kind === "choice") return <ChoiceEditor {...props} list={list ?? ""} clearable={!required} />;
    if (kind === "region") return <RegionEditor {...props} />;
    return <TextEditor {...props} long={kind === "long"} />;
  };
  const action = field === "visibility" ? access?.actions.visibility : access?.actions.edit;
  return (
    <Fact
      label={label}
      empty={value === null && !(kind === "region" && customer.city)}
      value={<FactValue customer={customer} field={field} kind={kind} list={list} />}
      access={action}
      editor={editor}
      actions={text && <FactActions kind={kind} text={text} label={label} />}
    />
  );
}

function FactValue({ customer, field, kind, list }: { customer: Customer; field: string; kind: Kind; list?: string }) {
  const { find } = useOptions();
  const fieldText = useFieldText();
  const value = valueOf(customer, field);
  if (kind === "region") return <>{regionText({ ...customer, province: find("province", customer.province)?.label ?? null })}</>;
  if (kind === "choice" && field !== "visibility") {
    const option = find(list ?? "", value as string | null);
    return option?.color ? <StatusDot label={option.label} color={option.color} /> : <>{option?.label}</>;
  }
  return <>{fieldText(field, value)}</>;
}

/** 浙江省 杭州市 西湖区; a municipality is not said twice. */
export function regionText(customer: Pick<Customer, "province" | "city" | "district">): string {
  return [...new Set([customer.province, customer.city, customer.district].filter(Boolean))].join(" ");
}

function FactActions({ kind, text, label }: { kind: Kind; text: string; label: string }) {
  const { t } = useTranslation();
  const address = kind === "link" ? webAddress(text) : null;
  return (
    <>
      {kind === "phone" && <Button type="text" size="small" href={`tel:${text.replaceAll(/[^\d+*#,-]/g, "")}`} icon={<Phone size={13} />} aria-label={t("detail.call", { number: text })} />}
      {kind === "email" && <Button type="text" size="small" href={`mailto:${text}`} icon={<Mail size={13} />} aria-label={t("detail.mail", { address: text })} />}
      {address && <Button type="text" size="small" href={address} target="_blank" rel="noopener noreferrer" icon={<ExternalLink size={13} />} aria-label={t("detail.openSite")} />}
      {(kind === "phone" || kind === "email") && <CopyButton text={text} label={label} />}
    </>
  );
}
