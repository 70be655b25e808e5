import type { CustomerColumn } from "@/features/customer/columns/column";
import { Recycle } from "@/features/customer/columns/Recycle";

export const column: CustomerColumn = {
  field: "recycle_at",
  width: 108,
  views: ["soon_recycled"],
  leads: "soon_recycled",
  render: (row) => <Recycle row={row} />,
};
