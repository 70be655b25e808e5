import type { CustomerColumn } from "@/features/customer/columns/column";
import { NextContact } from "@/features/customer/columns/NextContact";

export const column: CustomerColumn = {
  field: "next_contact_at",
  width: 128,
  natural: "desc",
  shownIn: "not_pool",
  render: (row) => <NextContact time={row.next_contact_at} />,
};
