/** Says why the thing inside cannot be used; shows it plain when there is no reason. */
import { Tooltip } from "antd";
import type { ReactNode } from "react";
import { accessReason, type ActionAccess } from "@/lib/access";

export function ReasonTooltip({ access, children }: { access: ActionAccess | undefined; children: ReactNode }) {
  const reason = accessReason(access);
  if (!reason) return <>{children}</>;
  return (
    <Tooltip title={reason}>
      <span tabIndex={0} role="note" aria-label={reason} style={{ display: "inline-flex", cursor: "not-allowed" }}>
        {children}
      </span>
    </Tooltip>
  );
}
