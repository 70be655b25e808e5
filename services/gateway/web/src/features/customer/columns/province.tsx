import type { CustomerColumn } from "@/features/customer/columns/column";
import { showChoice } from "@/features/customer/columns/plain";

export const column: CustomerColumn = { field: "province", width: 96, shownIn: "every", render: showChoice("province", "province") };
