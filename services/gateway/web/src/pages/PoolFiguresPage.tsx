import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePool } from "@/api/pool";
import { PoolFigures } from "@/features/pool_figures/PoolFigures";
import { PageFrame } from "@/ui/PageFrame";

export function PoolFiguresPage() {
  const { t } = useTranslation();
  const { poolId } = useParams({ strict: false });
  const pool = usePool(poolId);
  if (!poolId) return null;
  return (
    <PageFrame title={pool ? t("pool_figures.of", { pool: pool.name }) : t("pool_figures.title")} hint={t("pool_figures.hint")} wide actions={pool?.admin && <RulesLink poolId={poolId} />}>
      <PoolFigures poolId={poolId} />
    </PageFrame>
  );
}

function RulesLink({ poolId }: { poolId: string }) {
  const { t } = useTranslation();
  return (
    <Link to="/admin/pools/$poolId/rules" params={{ poolId }}>
      {t("pool_rule.title")}
    </Link>
  );
}
