/** The verbs of the bulk bar with their dialogs; the same dialogs serve a single row. */
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { editCustomers } from "@/api/batch";
import { assignCustomers, claimCustomers, returnCustomersToPool, starCustomers, type View } from "@/api/customer";
import { holdCustomers, lockCustomers } from "@/api/lock";
import { useMe } from "@/api/session";
import { tagCustomers, useTagSource } from "@/api/tag";
import { AssignDialog } from "@/features/customer/batch/AssignDialog";
import { EditDialog } from "@/features/customer/batch/EditDialog";
import { HoldDialog } from "@/features/customer/batch/HoldDialog";
import type { Named, Target } from "@/features/customer/batch/outcome";
import { ReturnDialog } from "@/features/customer/batch/ReturnDialog";
import { canUndo, useBatch, type Outcome } from "@/features/customer/batch/useBatch";
import { useUndo } from "@/features/customer/batch/useUndo";
import { BulkBar } from "@/features/customer/list/BulkBar";
import type { useChosen } from "@/features/customer/list/useChosen";
import type { Count } from "@/lib/count";
import { TagDialog } from "@/ui/TagDialog";

type Asking = "assign" | "return_to_pool" | "edit" | "hold" | "tag" | "untag";
type Asked = { verb: Asking; target: Target } | null;

const TAGGING = ["tag", "untag"] as const;
// After these one goes on with the same customers, e.g. assigns what was tagged.
const STAYS_CHOSEN = new Set<string>(["star", "unstar", "lock", "unlock", "hold", "release_hold", ...TAGGING]);

const NOBODY: Target = { chosen: { customer_ids: [] }, customers: [], count: 0 };

const named = (customers: Named[]): Target => ({ chosen: { customer_ids: customers.map((customer) => customer.customer_id) }, customers, count: customers.length });

export function useBulkActions(view: View, chosen: ReturnType<typeof useChosen>) {
  const me = useMe();
  const tagSource = useTagSource();
  const [asked, setAsked] = useState<Asked>(null);
  const { drop, clear, target: all } = chosen;
  const wasAll = chosen.all;
  // What was done leaves the choice; what was skipped stays chosen, so that it can be dealt with.
  const onDone = useCallback(
    (outcome: Outcome) => {
      if (wasAll) return clear();
      if (!STAYS_CHOSEN.has(outcome.verb)) drop(outcome.batch.results.filter((result) => result.done).map((result) => result.customer_id));
    },
    [drop, clear, wasAll],
  );
  const { run, running, outcome, closeOutcome } = useBatch(onDone);
  const undoing = useUndo();
  const askAssign = useCallback((customers: Named[]) => setAsked({ verb: "assign", target: named(customers) }), []);
  const askReturn = useCallback((customers: Named[]) => setAsked({ verb: "return_to_pool", target: named(customers) }), []);
  const ask = (verb: Asking) => () => setAsked({ verb, target: all });
  const askAssignChosen = useCallback(() => setAsked({ verb: "assign", target: all }), [all]);
  const close = useCallback(() => setAsked(null), []);
  const target = asked?.target ?? NOBODY;

  const dialogs = useMemo<ReactNode>(
    () => (
      <>
        <AssignDialog
          open={asked?.verb === "assign"}
          customers={target.customers}
          count={target.count}
          busy={running === "assign"}
          onClose={close}
          onAssign={(owners, keep) => void run("assign", target, (which) => assignCustomers(which, owners.map((owner) => owner.member_id), keep)).then((done) => done && close())}
        />
        <ReturnDialog
          open={asked?.verb === "return_to_pool"}
          customers={target.customers}
          count={target.count}
          busy={running === "return_to_pool"}
          onClose={close}
          onReturn={(reason, note, poolId) => void run("return_to_pool", target, (which) => returnCustomersToPool(which, reason, note, poolId)).then((done) => done && close())}
        />
        <EditDialog
          open={asked?.verb === "edit"}
          count={target.count}
          busy={running === "edit"}
          onClose={close}
          onEdit={(values) => void run("edit", target, (which) => editCustomers(which, values)).then((done) => done && close())}
        />
        <HoldDialog open={asked?.verb === "hold"} count={target.count} busy={running === "hold"} onClose={close} onHold={(until, reason) => void run("hold", target, (which) => holdCustomers(which, until, reason)).then((done) => done && close())} />
        {TAGGING.map((verb) => (
          <TagDialog
            key={verb}
            source={tagSource}
            open={asked?.verb === verb}
            on={verb === "tag"}
            count={target.count}
            busy={running === verb}
            onClose={close}
            onTag={(tagIds) => void run(verb, target, (which) => tagCustomers(which, tagIds, verb === "tag")).then((done) => done && close())}
          />
        ))}
      </>
    ),
    [asked, target, running, run, close, tagSource],
  );

  const pool = view === "pool";
  const maySpread = me.role !== "member" || me.rights.includes("pool_admin");
  const bar = (count: Count | null, onExport: ((ids: string[]) => void) | undefined) => (
    <BulkBar
      chosen={all.count}
      all={wasAll}
      count={count}
      onChooseAll={chosen.chooseMatching}
      onClear={clear}
      running={running}
      onClaim={pool ? () => void run("claim", all, claimCustomers) : undefined}
      onAssign={pool && !maySpread ? undefined : ask("assign")}
      onEdit={pool && !maySpread ? undefined : ask("edit")}
      onReturn={pool ? undefined : ask("return_to_pool")}
      onLock={pool ? undefined : (verb) => void run(verb, all, (which) => lockCustomers(verb, which))}
      onHold={pool ? undefined : ask("hold")}
      onTag={ask("tag")}
      onUntag={ask("untag")}
      onStar={() => void run("star", all, (which) => starCustomers(which, true))}
      onUnstar={view === "starred" ? () => void run("unstar", all, (which) => starCustomers(which, false)) : undefined}
      onExport={onExport && (() => onExport(wasAll ? [] : [...chosen.ids]))}
    />
  );
  const undoOutcome = (batchId: string) => {
    closeOutcome();
    void undoing.undo(batchId);
  };
  return {
    askAssign,
    askAssignChosen,
    askReturn,
    dialogs,
    bar,
    outcome: outcome ?? undoing.outcome,
    closeOutcome: outcome ? closeOutcome : undoing.closeOutcome,
    undoOutcome: outcome && canUndo(outcome.verb) ? undoOutcome : undefined,
  };
}
