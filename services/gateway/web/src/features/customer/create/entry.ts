/** One entry of the create form: what is sent, what the next entry keeps. Pure, so that it can be tested. */
import type { MemberRef, NewCustomer, Visibility } from "@/api/customer";
import { normal } from "@/features/customer/edit";

export type Entry = {
  name: string;
  phone: string;
  mobile: string;
  email: string;
  wechat: string;
  website: string;
  short_name: string;
  credit_code: string;
  address: string;
  remark: string;
  kind: string | null;
  relation: string | null;
  source: string | null;
  level: string | null;
  status: string | null;
  industry: string | null;
  province: string | null;
  city: string | null;
  district: string | null;
  owner: MemberRef | null;
  visibility: Visibility;
  tag_ids: string[];
  /** Custom fields by their keys. */
  custom: Record<string, unknown>;
};

export function emptyEntry(me: MemberRef): Entry {
  return {
    name: "",
    phone: "",
    mobile: "",
    email: "",
    wechat: "",
    website: "",
    short_name: "",
    credit_code: "",
    address: "",
    remark: "",
    kind: null,
    relation: null,
    source: null,
    level: null,
    status: "new",
    industry: null,
    province: null,
    city: null,
    district: null,
    owner: { member_id: me.member_id, name: me.name },
    visibility: "public",
    tag_ids: [],
    custom: {},
  };
}

/** The next entry keeps what is alike on a list being typed in: source, region, industry, owner, visibility, tags. */
export function nextEntry(entry: Entry, me: MemberRef): Entry {
  const { source, province, city, district, industry, owner, visibility, tag_ids } = entry;
  return { ...emptyEntry(me), source, province, city, district, industry, owner, visibility, tag_ids };
}

/** What is sent: only what was filled in. No owner means unassigned, myself is the default. */
export function toRequest(entry: Entry, me: MemberRef): NewCustomer {
  const { name, owner, visibility, tag_ids, custom: typed, ...rest } = entry;
  const custom = Object.fromEntries(Object.entries(typed).map(([key, value]) => [key, normal(value)] as const).filter(([, value]) => value !== null)) as NewCustomer["custom"];
  const filled = Object.fromEntries(
    Object.entries(rest)
      .map(([field, value]) => [field, typeof value === "string" ? value.trim() : value])
      .filter(([, value]) => value !== "" && value !== null),
  );
  const ownership = owner === null ? { owner_id: null } : owner.member_id === me.member_id ? {} : { owner_id: owner.member_id };
  return { ...filled, name: name.trim(), visibility, ...ownership, ...(tag_ids.length > 0 ? { tag_ids } : {}), ...(Object.keys(custom ?? {}).length > 0 ? { custom } : {}) };
}

/** Something typed that would be lost by closing. */
export function isDirty(entry: Entry): boolean {
  return [entry.name, entry.phone, entry.mobile, entry.email, entry.wechat, entry.website, entry.short_name, entry.credit_code, entry.address, entry.remark].some((text) => text.trim() !== "") || Object.values(entry.custom).some((value) => normal(value) !== null);
}
