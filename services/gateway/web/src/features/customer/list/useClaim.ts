/** Claim one customer from its row; the one that somebody else took fades, then goes. */
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { claimCustomer, type CustomerRow } from "@/api/customer";
import { poolKeys } from "@/api/pool";
import { useClaimHint } from "@/features/customer/batch/useClaimHint";
import { useRefreshCustomers } from "@/features/customer/list/useCustomerList";
import { asProblem, problemText } from "@/lib/problem";
import { useProblemToast } from "@/ui/useProblemToast";
import { useSaidDone } from "@/ui/useSaidDone";

const FADE = 1600;

export function useClaim() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showProblem = useProblemToast();
  const refresh = useRefreshCustomers();
  const client = useQueryClient();
  const sayDone = useSaidDone();
  const hint = useClaimHint();
  const [claimingId, setClaimingId] = useState<string | null>(null);
  const [fading, setFading] = useState<ReadonlySet<string>>(new Set());
  const claim = useCallback(
    async (row: CustomerRow) => {
      setClaimingId(row.customer_id);
      try {
        const { batchId } = await claimCustomer(row.customer_id);
        sayDone(t("list.claimed", { name: row.name }), batchId, hint);
        refresh();
      } catch (error) {
        if (asProblem(error).status !== 409) return showProblem(error);
        void message.warning(`${row.name}: ${problemText(error)}`);
        setFading((current) => new Set([...current, row.customer_id]));
        setTimeout(refresh, FADE);
      } finally {
        void client.invalidateQueries({ queryKey: poolKeys.all });
        setClaimingId(null);
      }
    },
    [client, message, t, showProblem, refresh, sayDone, hint],
  );
  return { claim, claimingId, fading };
}
