/** What undoing a claim does not give back, for those who have a limit per day. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { poolsQuery } from "@/api/pool";

export function useClaimHint(): string | undefined {
  const { t } = useTranslation();
  const pools = useQuery({ ...poolsQuery(), enabled: false }).data?.items ?? []; // as the bar of the pool has read them
  return pools.some((pool) => !pool.quota.exempt && pool.quota.claims_per_day !== null) ? t("batch.claimKept") : undefined;
}
