/** Views and actions of the palette; each also answers to its pinyin and to its name in the other language. */
import { useQuery } from "@tanstack/react-query";
import type { useNavigate } from "@tanstack/react-router";
import { Bookmark, Building2, CalendarDays, CircleHelp, Download, Languages, ListChecks, ListPlus, LogOut, Plus, Settings, Tags, Upload, UserCog, Waves } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { VIEW_ICONS } from "@/app/viewIcons";
import { savedSearchesQuery } from "@/api/saved_search";
import { hasRight, type Me } from "@/api/session";
import { tagsQuery } from "@/api/tag";
import { SearchIcon } from "@/features/saved_search/SearchIcon";
import { currentLanguage, switchLanguage } from "@/lib/i18n/setup";
import { LIST_VIEWS } from "@/lib/listSearch";
import { showOverlay } from "@/lib/overlay";
import { addressOf } from "@/lib/savedSearch";
import { tagSearch } from "@/lib/tagSearch";
import { TagDot } from "@/ui/TagChip";

export type PaletteItem = { key: string; group: "customers" | "views" | "searches" | "tags" | "actions"; label: string; words: string; hint: ReactNode; icon: ReactNode; run: () => void };

const WORDS: Record<string, string> = {
  mine: "my customers wofuzede wfzd 我负责的",
  participating: "participating wocanyude wcyd 我参与的",
  contact_today: "contact today jinrilianxi jrlx 今日联系",
  overdue: "overdue yuqi yq 逾期未联系",
  soon_recycled: "soon recycled jijiangdiaorugonghai jjdrgh 即将掉入公海 回收",
  team: "team xiashude xsd 下属的",
  starred: "starred xingbiao xb 星标",
  unassigned: "unassigned weifenpei wfp 未分配",
  all: "all customers quanbu qb 全部",
  pool: "pool gonghai gh 公海",
  new: "new add customer xinjian tianjia tjkh xjkh 新建 添加",
  imports: "import daoru dr 导入",
  exports: "exports daochu dc 导出",
  tags: "tags manager biaoqianguanli bqgl 标签管理",
  searches: "saved searches changyongjiansuo cyjs 常用检索",
  pools: "pools gonghaiguanli ghgl 公海管理",
  departments: "departments bumen bm 部门",
  fields: "custom fields zidingyiziduan zdyzd 自定义字段",
  options: "options ziduanxuanxiang zdxx 字段选项",
  holidays: "holidays workdays jiejiari jjr 节假日 工作日",
  members: "members chengyuan cy 成员",
  me: "settings account password shezhi sz 设置 密码",
  shortcuts: "shortcuts keyboard kuaijiejian kjj 快捷键",
  language: "language yuyan yy chinese english zhongwen yingwen 中文 英文 语言",
  out: "sign out tuichu tc 退出",
};

const ADMIN = [
  ["members", "frame.members", "/admin/members", UserCog],
  ["departments", "frame.departments", "/admin/departments", Building2],
  ["fields", "frame.fields", "/admin/fields", ListPlus],
  ["options", "frame.options", "/admin/options", ListChecks],
  ["pools", "pool.title", "/admin/pools", Waves],
  ["holidays", "holiday.title", "/admin/holidays", CalendarDays],
] as const;

type Navigate = ReturnType<typeof useNavigate>;

/** Saved searches and tags, each leading to its list. */
function useNamedItems(navigate: Navigate): PaletteItem[] {
  const searches = useQuery(savedSearchesQuery).data;
  const tags = useQuery(tagsQuery).data?.items;
  return useMemo(
    () => [
      ...(searches ?? []).map<PaletteItem>((saved) => ({ key: saved.saved_search_id, group: "searches", label: saved.name, words: saved.search, hint: saved.mine ? null : saved.owner.name, icon: <SearchIcon icon={saved.icon} color={saved.color} />, run: () => void navigate({ to: "/customers", search: addressOf(saved) }) })),
      ...(tags ?? []).map<PaletteItem>((tag) => ({ key: tag.tag_id, group: "tags", label: tag.name, words: tag.search, hint: null, icon: <TagDot color={tag.color} />, run: () => void navigate({ to: "/customers", search: tagSearch([tag.tag_id]) }) })),
    ],
    [searches, tags, navigate],
  );
}

export function usePaletteItems(me: Me, navigate: Navigate, leave: () => void): PaletteItem[] {
  const { t } = useTranslation();
  const named = useNamedItems(navigate);
  return useMemo(() => {
    const action = (key: string, label: string, icon: ReactNode, run: () => void, hint: ReactNode = null): PaletteItem => ({ key, group: "actions", label, words: WORDS[key] ?? "", hint, icon, run });
    const views = LIST_VIEWS.map<PaletteItem>((view) => {
      const Icon = VIEW_ICONS[view];
      return { key: view, group: "views", label: t(`view.${view}`), words: WORDS[view] ?? "", hint: null, icon: <Icon size={16} strokeWidth={1.75} />, run: () => void navigate({ to: "/customers", search: { view } }) };
    });
    return [
      ...views,
      ...named,
      action("new", t("list.add"), <Plus size={16} />, () => showOverlay("create"), <kbd>N</kbd>),
      ...(hasRight(me, "import") ? [action("imports", t("frame.imports"), <Upload size={16} />, () => void navigate({ to: "/imports/new" }))] : []),
      action("exports", t("frame.exports"), <Download size={16} />, () => void navigate({ to: "/exports" })),
      action("searches", t("saved_search.manage"), <Bookmark size={16} />, () => void navigate({ to: "/searches" })),
      action("tags", t("tag.manager"), <Tags size={16} />, () => void navigate({ to: "/tags" })),
      ...(me.role === "admin" ? ADMIN.map(([key, label, to, Icon]) => action(key, t(label), <Icon size={16} />, () => void navigate({ to }))) : []),
      action("me", t("frame.myAccount"), <Settings size={16} />, () => void navigate({ to: "/me" })),
      action("shortcuts", t("frame.shortcuts"), <CircleHelp size={16} />, () => showOverlay("shortcuts"), <kbd>?</kbd>),
      action("language", t("palette.otherLanguage"), <Languages size={16} />, () => void switchLanguage(currentLanguage() === "zh" ? "en" : "zh")),
      action("out", t("frame.signOut"), <LogOut size={16} />, leave),
    ];
  }, [t, me, navigate, leave, named]);
}
