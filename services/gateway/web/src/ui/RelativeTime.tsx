/** A time as "3 hours ago", with the exact one on hover. */
import { useTranslation } from "react-i18next";
import { formatTime, relativeText } from "@/lib/time";

export function RelativeTime({ time, className }: { time: string | null | undefined; className?: string }) {
  useTranslation(); // drawn anew when the language changes
  if (!time) return <span className={className}>—</span>;
  return (
    <time dateTime={time} title={formatTime(time)} className={className}>
      {relativeText(time)}
    </time>
  );
}
