import { textColumn } from "@/features/customer/columns/plain";

export const column = textColumn("wechat", 130);
