import { Button } from "antd";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/EmptyState";

/** A fault of ours, or a new version whose files have replaced those of this page. */
export function CrashPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <EmptyState icon={<TriangleAlert size={22} />} title={t("common.crashed")} hint={t("common.crashedHint")}>
      <Button type="primary" onClick={() => location.reload()}>
        {t("common.reload")}
      </Button>
      <code>{error instanceof Error ? error.message : String(error)}</code>
    </EmptyState>
  );
}
