import type { CustomerColumn } from "@/features/customer/columns/column";
import { StatusDot } from "@/ui/StatusDot";

export const column: CustomerColumn = {
  field: "status",
  width: 120,
  natural: "asc",
  shownIn: "every",
  render: (row, { find }) => {
    const option = find("status", row.status);
    return option ? <StatusDot label={option.label} color={option.color} /> : "—";
  },
};
