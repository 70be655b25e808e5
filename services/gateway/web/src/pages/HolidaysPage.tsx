/** Holidays and workdays for admins: a year of the official calendar, and the organisation's own exceptions from it. */
import { useQuery } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { holidaysQuery } from "@/api/holiday";
import styles from "@/features/holiday/holiday.module.css";
import { HolidayForm } from "@/features/holiday/HolidayForm";
import { HolidayList } from "@/features/holiday/HolidayList";
import { now } from "@/lib/time";
import { AdminOnly } from "@/pages/AdminOnly";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { PageBlock, PageFrame } from "@/ui/PageFrame";

const FIRST_YEAR = 2015;
const LAST_YEAR = 2100;

export function HolidaysPage() {
  const { t } = useTranslation();
  const [year, setYear] = useState(() => now().year());
  const query = useQuery(holidaysQuery(year));
  const days = query.data?.items ?? [];
  const own = days.filter((day) => !day.official);
  const official = days.filter((day) => day.official);
  const step = (by: number, label: string, Icon: typeof ChevronLeft) => <Button type="text" icon={<Icon size={16} />} aria-label={label} disabled={year + by < FIRST_YEAR || year + by > LAST_YEAR} onClick={() => setYear(year + by)} />;
  return (
    <AdminOnly>
      <PageFrame
        title={t("holiday.title")}
        hint={t("holiday.hint")}
        actions={
          <span className={styles.year}>
            {step(-1, t("holiday.previousYear"), ChevronLeft)}
            <span aria-live="polite">{year}</span>
            {step(1, t("holiday.nextYear"), ChevronRight)}
          </span>
        }
      >
        <PageBlock title={t("holiday.own")} hint={t("holiday.ownHint")}>
          <HolidayForm key={year} year={year} />
          {query.isPending && <Skeleton active paragraph={{ rows: 2 }} />}
          {query.isError && <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />}
          {query.data && own.length === 0 && <p className={styles.quiet}>{t("holiday.ownNone", { year })}</p>}
          {own.length > 0 && <HolidayList days={own} label={t("holiday.own")} />}
        </PageBlock>
        <PageBlock title={t("holiday.official", { year })} hint={t("holiday.officialHint")}>
          {query.isPending && <Skeleton active />}
          {query.data && <HolidayList days={official} label={t("holiday.official", { year })} />}
        </PageBlock>
      </PageFrame>
    </AdminOnly>
  );
}
