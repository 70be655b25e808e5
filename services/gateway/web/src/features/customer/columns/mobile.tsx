import { textColumn } from "@/features/customer/columns/plain";

export const column = textColumn("mobile", 140);
