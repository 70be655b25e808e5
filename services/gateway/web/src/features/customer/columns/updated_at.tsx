import type { CustomerColumn } from "@/features/customer/columns/column";
import { showTime } from "@/features/customer/columns/plain";

export const column: CustomerColumn = { field: "updated_at", width: 116, natural: "desc", render: showTime("updated_at") };
