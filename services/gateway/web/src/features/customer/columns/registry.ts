/** Every column of the customer list, in the order of the default screen; one file holds one column. */
import type { CustomerColumn } from "@/features/customer/columns/column";
import { column as city } from "@/features/customer/columns/city";
import { column as createdAt } from "@/features/customer/columns/created_at";
import { column as createdBy } from "@/features/customer/columns/created_by";
import { column as creditCode } from "@/features/customer/columns/credit_code";
import { column as customerNo } from "@/features/customer/columns/customer_no";
import { column as district } from "@/features/customer/columns/district";
import { column as email } from "@/features/customer/columns/email";
import { column as industry } from "@/features/customer/columns/industry";
import { column as kind } from "@/features/customer/columns/kind";
import { column as lastFollowUpAt } from "@/features/customer/columns/last_follow_up_at";
import { column as lastFollowUpBy } from "@/features/customer/columns/last_follow_up_by";
import { column as level } from "@/features/customer/columns/level";
import { column as mobile } from "@/features/customer/columns/mobile";
import { column as name } from "@/features/customer/columns/name";
import { column as nextContactAt } from "@/features/customer/columns/next_contact_at";
import { column as owner } from "@/features/customer/columns/owner";
import { column as phone } from "@/features/customer/columns/phone";
import { column as poolEnteredAt } from "@/features/customer/columns/pool_entered_at";
import { column as poolReason } from "@/features/customer/columns/pool_reason";
import { column as previousOwner } from "@/features/customer/columns/previous_owner";
import { column as province } from "@/features/customer/columns/province";
import { column as recycleAt } from "@/features/customer/columns/recycle_at";
import { column as relation } from "@/features/customer/columns/relation";
import { column as shortName } from "@/features/customer/columns/short_name";
import { column as source } from "@/features/customer/columns/source";
import { column as staffSize } from "@/features/customer/columns/staff_size";
import { column as starred } from "@/features/customer/columns/starred";
import { column as status } from "@/features/customer/columns/status";
import { column as timesClaimed } from "@/features/customer/columns/times_claimed";
import { column as updatedAt } from "@/features/customer/columns/updated_at";
import { column as visibility } from "@/features/customer/columns/visibility";
import { column as website } from "@/features/customer/columns/website";
import { column as wechat } from "@/features/customer/columns/wechat";

export const CUSTOMER_COLUMNS: readonly CustomerColumn[] = [
  starred,
  customerNo,
  name,
  previousOwner,
  poolReason,
  poolEnteredAt,
  timesClaimed,
  owner,
  status,
  level,
  province,
  lastFollowUpAt,
  nextContactAt,
  recycleAt,
  phone,
  mobile,
  email,
  wechat,
  source,
  industry,
  kind,
  relation,
  shortName,
  city,
  district,
  website,
  creditCode,
  staffSize,
  visibility,
  createdAt,
  createdBy,
  lastFollowUpBy,
  updatedAt,
];
