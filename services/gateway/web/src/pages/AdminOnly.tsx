/** Pages for admins: anyone else meets the same answer as for a page that is not there. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { FileQuestion } from "lucide-react";
import { useMe } from "@/api/session";
import { EmptyState } from "@/ui/EmptyState";

export function AdminOnly({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const me = useMe();
  if (me.role !== "admin") return <EmptyState icon={<FileQuestion size={20} />} title={t("common.notFound")} hint={t("common.notFoundHint")} />;
  return <>{children}</>;
}
