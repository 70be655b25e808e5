import type { CustomerColumn } from "@/features/customer/columns/column";
import { showChoice } from "@/features/customer/columns/plain";

export const column: CustomerColumn = { field: "kind", width: 90, render: showChoice("kind", "kind") };
