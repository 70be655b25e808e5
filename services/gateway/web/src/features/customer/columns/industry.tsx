import type { CustomerColumn } from "@/features/customer/columns/column";
import { showChoice } from "@/features/customer/columns/plain";

export const column: CustomerColumn = { field: "industry", width: 120, render: showChoice("industry", "industry") };
