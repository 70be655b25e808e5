import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/EmptyState";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={<Compass size={22} />} title={t("common.notFound")} hint={t("common.notFoundHint")}>
      <Link to="/customers" search={{ view: "mine" }}>
        {t("common.home")}
      </Link>
    </EmptyState>
  );
}
