import { textColumn } from "@/features/customer/columns/plain";

export const column = textColumn("short_name", 140);
