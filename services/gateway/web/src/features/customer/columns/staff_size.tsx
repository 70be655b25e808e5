import { textColumn } from "@/features/customer/columns/plain";

export const column = textColumn("staff_size", 96);
