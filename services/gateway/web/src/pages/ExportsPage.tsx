import { useTranslation } from "react-i18next";
import { ExportList } from "@/features/export/ExportList";
import { PageFrame } from "@/ui/PageFrame";

export function ExportsPage() {
  const { t } = useTranslation();
  return (
    <PageFrame title={t("export.centre")} hint={t("export.centreHint")}>
      <ExportList />
    </PageFrame>
  );
}
