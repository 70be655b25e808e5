/** When to be in touch next, by quick picks; red when overdue, orange today. */
import { X } from "lucide-react";
import { Button } from "antd";
import { useState } from "react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import type { CustomerEdit } from "@/features/customer/useCustomerEdit";
import styles from "@/features/customer/panel/panel.module.css";
import { accessReason, type ActionAccess } from "@/lib/access";
import { daysFromToday, inZone } from "@/lib/time";
import { NextContactPicker } from "@/ui/NextContactPicker";
import { Section } from "@/ui/Section";
import { useProblemToast } from "@/ui/useProblemToast";

type Props = { customer: Customer; edit: CustomerEdit; access: ActionAccess | undefined };

export function NextContactFact({ customer, edit, access }: Props) {
  const { t } = useTranslation();
  const showProblem = useProblemToast();
  const [saving, setSaving] = useState(false);
  const time = customer.next_contact_at;
  const days = time ? daysFromToday(time) : null;
  const urgency = days === null ? undefined : days < 0 ? "overdue" : days === 0 ? "today" : undefined;
  function save(next: string | null): void {
    setSaving(true);
    void edit.save({ next_contact_at: next }).catch(showProblem).finally(() => setSaving(false));
  }
  return (
    <Section title={t("detail.nextContact.title")}>
      <div className={styles.next} title={accessReason(access) || undefined}>
        <p className={styles.nextTime} data-urgency={urgency}>
          {time && days !== null ? (
            <>
              <strong>{inZone(time).format("MM-DD HH:mm")}</strong>
              <span>{dayWords(days, t)}</span>
              {access?.allowed && <Button type="text" size="small" icon={<X size={13} />} aria-label={t("detail.nextContact.clear")} title={t("detail.nextContact.clear")} onClick={() => save(null)} />}
            </>
          ) : (
            <span className={styles.nothing}>{t("detail.nextContact.none")}</span>
          )}
        </p>
        {access?.allowed && <NextContactPicker compact label={t("detail.nextContact.title")} value={time ?? null} disabled={saving} onChange={save} />}
      </div>
    </Section>
  );
}

function dayWords(days: number, t: TFunction): string {
  if (days === 0) return t("common.today");
  if (days === 1) return t("common.tomorrow");
  return days < 0 ? t("detail.nextContact.overdue", { count: -days }) : t("detail.nextContact.inDays", { count: days });
}
