import { textColumn } from "@/features/customer/columns/plain";

export const column = textColumn("credit_code", 180);
