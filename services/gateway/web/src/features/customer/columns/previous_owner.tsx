import type { CustomerColumn } from "@/features/customer/columns/column";
import { showMember } from "@/features/customer/columns/plain";

export const column: CustomerColumn = { field: "previous_owner", width: 118, shownIn: "pool", poolOnly: true, render: showMember("previous_owner") };
