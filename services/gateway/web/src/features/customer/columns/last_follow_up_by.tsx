import type { CustomerColumn } from "@/features/customer/columns/column";
import { showMember } from "@/features/customer/columns/plain";

export const column: CustomerColumn = { field: "last_follow_up_by", width: 118, render: showMember("last_follow_up_by") };
