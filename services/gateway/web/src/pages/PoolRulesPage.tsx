import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePool } from "@/api/pool";
import type { PoolRule } from "@/api/pool_rule";
import { ImpersonalConditions } from "@/features/filter/ImpersonalConditions";
import { RuleEditor } from "@/features/pool_rule/RuleEditor";
import { RuleList } from "@/features/pool_rule/RuleList";
import { PageFrame } from "@/ui/PageFrame";

export function PoolRulesPage() {
  const { t } = useTranslation();
  const { poolId } = useParams({ strict: false });
  const pool = usePool(poolId);
  const [edited, setEdited] = useState<PoolRule | "new" | null>(null);
  if (!poolId) return null;
  return (
    <PageFrame
      title={pool ? t("pool_rule.of", { pool: pool.name }) : t("pool_rule.title")}
      hint={t("pool_rule.hint")}
      wide
      actions={
        <>
          <Link to="/admin/pools/$poolId/figures" params={{ poolId }}>
            {t("pool_figures.title")}
          </Link>
          <Button type="primary" icon={<Plus size={15} />} onClick={() => setEdited("new")}>
            {t("pool_rule.add")}
          </Button>
        </>
      }
    >
      <RuleList poolId={poolId} onEdit={setEdited} onAdd={() => setEdited("new")} />
      {edited && <RuleEditor key={edited === "new" ? "new" : edited.pool_rule_id} poolId={poolId} rule={edited === "new" ? null : edited} onClose={() => setEdited(null)} Conditions={ImpersonalConditions} />}
    </PageFrame>
  );
}
