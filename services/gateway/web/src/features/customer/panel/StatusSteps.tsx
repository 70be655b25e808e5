/** The status as a bar of steps: one click moves the customer, a toast takes it back. */
import { App, Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import { useOptions, type OptionView } from "@/api/option";
import type { CustomerEdit } from "@/features/customer/useCustomerEdit";
import styles from "@/features/customer/panel/panel.module.css";
import { accessReason, type ActionAccess } from "@/lib/access";
import { useNarrow } from "@/lib/useNarrow";
import { StatusDot } from "@/ui/StatusDot";
import { useProblemToast } from "@/ui/useProblemToast";

/** Where a customer leaves the way: shown apart from the steps. */
const OFF_THE_WAY = ["lost", "invalid"];

type Props = { customer: Customer; edit: CustomerEdit; access: ActionAccess | undefined; onNote?: () => void };

export function StatusSteps({ customer, edit, access, onNote }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const { choices, find } = useOptions();
  const choose = useChangeStatus(customer, edit, onNote);
  const all = choices("status");
  const current = find("status", customer.status);
  if (current && !all.some((option) => option.value === current.value)) all.push(current);
  const way = all.filter((option) => !OFF_THE_WAY.includes(option.value));
  const off = all.filter((option) => OFF_THE_WAY.includes(option.value));
  const at = way.findIndex((option) => option.value === customer.status);
  const disabled = !access?.allowed;
  if (narrow) {
    return (
      <Select
        className={styles.fill}
        value={customer.status}
        disabled={disabled}
        aria-label={t("detail.status")}
        options={all.map((option) => ({ value: option.value, label: <StatusDot label={option.label} color={option.color} /> }))}
        onChange={(value: string) => choose(value)}
      />
    );
  }
  const step = (option: OptionView, place: "done" | "now" | "ahead" | "off") => (
    <button
      key={option.value}
      type="button"
      className={styles.step}
      data-place={place}
      aria-pressed={option.value === customer.status}
      disabled={disabled}
      onClick={() => option.value !== customer.status && choose(option.value)}
    >
      {place === "now" && <span className={styles.stepDot} style={{ background: option.color ?? undefined }} aria-hidden />}
      <span>{option.label}</span>
    </button>
  );
  return (
    <div className={styles.steps} role="group" aria-label={t("detail.status")} title={accessReason(access) || undefined}>
      <div className={styles.way}>{way.map((option, index) => step(option, index < at ? "done" : index === at ? "now" : "ahead"))}</div>
      <div className={styles.off}>{off.map((option) => step(option, option.value === customer.status ? "now" : "off"))}</div>
    </div>
  );
}

function useChangeStatus(customer: Customer, edit: CustomerEdit, onNote: (() => void) | undefined): (status: string) => void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { find } = useOptions();
  const showProblem = useProblemToast();
  const before = customer.status;
  return (status) => {
    const key = `status-${customer.customer_id}`;
    const back = () => {
      message.destroy(key);
      void edit.save({ status: before }).catch(showProblem);
    };
    const note = () => {
      message.destroy(key);
      onNote?.();
    };
    edit.save({ status }).then((saved) => {
      if (!saved) return;
      void message.open({
        key,
        type: "success",
        duration: 8,
        content: (
          <span className={styles.toast}>
            {t("detail.statusNow", { status: find("status", status)?.label ?? status })}
            <Button type="link" size="small" onClick={back}>
              {t("common.undo")}
            </Button>
            {onNote && (
              <Button type="link" size="small" onClick={note}>
                {t("detail.addNote")}
              </Button>
            )}
          </span>
        ),
      });
    }, showProblem);
  };
}
