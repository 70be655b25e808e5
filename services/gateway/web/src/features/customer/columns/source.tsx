import type { CustomerColumn } from "@/features/customer/columns/column";
import { showChoice } from "@/features/customer/columns/plain";

export const column: CustomerColumn = { field: "source", width: 110, render: showChoice("source", "source") };
