import type { CustomerColumn } from "@/features/customer/columns/column";
import { showChoice } from "@/features/customer/columns/plain";

export const column: CustomerColumn = { field: "relation", width: 100, render: showChoice("relation", "relation") };
