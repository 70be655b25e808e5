import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PoolFigures } from "@/features/pool_figures/PoolFigures";
import { PageFrame } from "@/ui/PageFrame";

export function PoolFiguresPage() {
  const { t } = useTranslation();
  const { poolId } = useParams({ strict: false });
  if (!poolId) return null;
  return (
    <PageFrame title={t("pool_figures.title")} hint={t("pool_figures.hint")} wide>
      <PoolFigures poolId={poolId} />
    </PageFrame>
  );
}
