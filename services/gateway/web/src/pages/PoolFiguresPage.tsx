import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PoolFigures } from "@/features/pool_figures/PoolFigures";
import { hasRight, useMe } from "@/api/session";
import { PageFrame } from "@/ui/PageFrame";

export function PoolFiguresPage() {
  const { t } = useTranslation();
  const { poolId } = useParams({ strict: false });
  if (!poolId) return null;
  return (
    <PageFrame title={t("pool_figures.title")} hint={t("pool_figures.hint")} wide actions={<RulesLink poolId={poolId} />}>
      <PoolFigures poolId={poolId} />
    </PageFrame>
  );
}

function RulesLink({ poolId }: { poolId: string }) {
  const { t } = useTranslation();
  const me = useMe();
  if (!hasRight(me, "pool_admin")) return null;
  return (
    <Link to="/admin/pools/$poolId/rules" params={{ poolId }}>
      {t("pool_rule.title")}
    </Link>
  );
}
