import { textColumn } from "@/features/customer/columns/plain";

export const column = textColumn("city", 96);
