/** When to be in touch next: three quick picks or any moment, shown and chosen in the organisation's zone. */
import { Button, DatePicker, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { QUICK_PICKS, quickDay, quickTime } from "@/lib/nextContact";
import { fromWall, now, wallOf } from "@/lib/time";
import styles from "@/ui/NextContactPicker.module.css";

type Props = { value: string | null; onChange: (time: string | null) => void; disabled?: boolean; label: string; /** The moment itself is shown elsewhere: the picker stays a button. */
  compact?: boolean };

export function NextContactPicker({ value, onChange, disabled, label, compact }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.row} role="group" aria-label={label}>
      {QUICK_PICKS.map((pick) => {
        const chosen = value !== null && wallOf(value).format("YYYY-MM-DD HH:mm") === `${quickDay(pick, now()).format("YYYY-MM-DD")} 09:00`;
        return (
          <Tooltip key={pick} title={quickDay(pick, now()).format("MM-DD ddd")}>
            <Button size="small" type={chosen ? "primary" : "default"} ghost={chosen} disabled={disabled} aria-pressed={chosen} onClick={() => onChange(chosen ? null : quickTime(pick))}>
              {t(`detail.nextContact.${pick}`)}
            </Button>
          </Tooltip>
        );
      })}
      <DatePicker
        size="small"
        className={compact ? styles.narrow : styles.wide}
        showTime={{ format: "HH:mm", minuteStep: 15, defaultOpenValue: wallOf(fromWall("2026-01-01 09:00")) }}
        format="MM-DD HH:mm"
        value={value && !compact ? wallOf(value) : null}
        disabled={disabled}
        placeholder={t("detail.nextContact.custom")}
        aria-label={`${label}: ${t("detail.nextContact.custom")}`}
        onChange={(day) => onChange(day ? fromWall(day.format("YYYY-MM-DD HH:mm")) : null)}
      />
    </div>
  );
}
