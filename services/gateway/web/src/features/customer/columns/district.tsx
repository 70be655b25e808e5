import { textColumn } from "@/features/customer/columns/plain";

export const column = textColumn("district", 96);
