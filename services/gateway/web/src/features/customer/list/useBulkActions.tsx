/** The verbs of the bulk bar with their dialogs; the same dialogs serve a single row. */
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { assignCustomers, claimCustomers, returnCustomersToPool, starCustomers, type View } from "@/api/customer";
import { useMe } from "@/api/session";
import { AssignDialog } from "@/features/customer/batch/AssignDialog";
import type { Named } from "@/features/customer/batch/outcome";
import { ReturnDialog } from "@/features/customer/batch/ReturnDialog";
import { useBatch, type Outcome } from "@/features/customer/batch/useBatch";
import { BulkBar } from "@/features/customer/list/BulkBar";
import type { useChosen } from "@/features/customer/list/useChosen";
import type { Count } from "@/lib/count";

type Asked = { verb: "assign" | "return_to_pool"; customers: Named[] } | null;

const NOBODY: Named[] = [];

export function useBulkActions(view: View, chosen: ReturnType<typeof useChosen>) {
  const me = useMe();
  const [asked, setAsked] = useState<Asked>(null);
  const { drop } = chosen;
  // What was done leaves the choice; what was skipped stays chosen, so that it can be dealt with.
  const onDone = useCallback((outcome: Outcome) => outcome.verb !== "star" && outcome.verb !== "unstar" && drop(outcome.batch.results.filter((result) => result.done).map((result) => result.customer_id)), [drop]);
  const { run, running, outcome, closeOutcome } = useBatch(onDone);
  const askAssign = useCallback((customers: Named[]) => setAsked({ verb: "assign", customers }), []);
  const askReturn = useCallback((customers: Named[]) => setAsked({ verb: "return_to_pool", customers }), []);
  const close = useCallback(() => setAsked(null), []);
  const customers = asked?.customers ?? NOBODY;

  const dialogs = useMemo<ReactNode>(
    () => (
      <>
        <AssignDialog
          open={asked?.verb === "assign"}
          customers={customers}
          busy={running === "assign"}
          onClose={close}
          onAssign={(owners, keep) => void run("assign", customers, (ids) => assignCustomers(ids, owners.map((owner) => owner.member_id), keep)).then((done) => done && close())}
        />
        <ReturnDialog
          open={asked?.verb === "return_to_pool"}
          customers={customers}
          busy={running === "return_to_pool"}
          onClose={close}
          onReturn={(reason, note) => void run("return_to_pool", customers, (ids) => returnCustomersToPool(ids, reason, note)).then((done) => done && close())}
        />
      </>
    ),
    [asked, customers, running, run, close],
  );

  const pool = view === "pool";
  const maySpread = me.role !== "member" || me.rights.includes("pool_admin");
  const bar = (count: Count | null, onExport: ((ids: string[]) => void) | undefined) => (
    <BulkBar
      chosen={chosen.ids.size}
      count={count}
      choosingAll={chosen.choosingAll}
      onChooseAll={chosen.chooseMatching}
      onClear={chosen.clear}
      running={running}
      onClaim={pool ? () => void run("claim", chosen.customers, claimCustomers) : undefined}
      onAssign={pool && !maySpread ? undefined : () => askAssign(chosen.customers)}
      onReturn={pool ? undefined : () => askReturn(chosen.customers)}
      onStar={() => void run("star", chosen.customers, (ids) => starCustomers(ids, true))}
      onUnstar={view === "starred" ? () => void run("unstar", chosen.customers, (ids) => starCustomers(ids, false)) : undefined}
      onExport={onExport && (() => onExport([...chosen.ids]))}
    />
  );
  return { askAssign, askReturn, dialogs, bar, outcome, closeOutcome };
}
