import type { CustomerColumn } from "@/features/customer/columns/column";
import { showMember } from "@/features/customer/columns/plain";

export const column: CustomerColumn = { field: "created_by", width: 118, render: showMember("created_by") };
