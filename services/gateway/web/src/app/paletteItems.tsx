/** Views and actions of the palette; each also answers to its pinyin and to its name in the other language. */
import type { useNavigate } from "@tanstack/react-router";
import { CircleHelp, Download, Languages, LogOut, Plus, Settings, Upload, UserCog } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { VIEW_ICONS } from "@/app/viewIcons";
import { hasRight, type Me } from "@/api/session";
import { currentLanguage, switchLanguage } from "@/lib/i18n/setup";
import { LIST_VIEWS } from "@/lib/listSearch";
import { showOverlay } from "@/lib/overlay";

export type PaletteItem = { key: string; group: "customers" | "views" | "actions"; label: string; words: string; hint: ReactNode; icon: ReactNode; run: () => void };

const WORDS: Record<string, string> = {
  mine: "my customers wofuzede wfzd 我负责的",
  participating: "participating wocanyude wcyd 我参与的",
  contact_today: "contact today jinrilianxi jrlx 今日联系",
  starred: "starred xingbiao xb 星标",
  unassigned: "unassigned weifenpei wfp 未分配",
  all: "all customers quanbu qb 全部",
  pool: "pool gonghai gh 公海",
  new: "new add customer xinjian tianjia tjkh xjkh 新建 添加",
  imports: "import daoru dr 导入",
  exports: "exports daochu dc 导出",
  members: "members chengyuan cy 成员",
  me: "settings account password shezhi sz 设置 密码",
  shortcuts: "shortcuts keyboard kuaijiejian kjj 快捷键",
  language: "language yuyan yy chinese english zhongwen yingwen 中文 英文 语言",
  out: "sign out tuichu tc 退出",
};

export function usePaletteItems(me: Me, navigate: ReturnType<typeof useNavigate>, leave: () => void): PaletteItem[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const action = (key: string, label: string, icon: ReactNode, run: () => void, hint: ReactNode = null): PaletteItem => ({ key, group: "actions", label, words: WORDS[key] ?? "", hint, icon, run });
    const views = LIST_VIEWS.map<PaletteItem>((view) => {
      const Icon = VIEW_ICONS[view];
      return { key: view, group: "views", label: t(`view.${view}`), words: WORDS[view] ?? "", hint: null, icon: <Icon size={16} strokeWidth={1.75} />, run: () => void navigate({ to: "/customers", search: { view } }) };
    });
    return [
      ...views,
      action("new", t("list.add"), <Plus size={16} />, () => showOverlay("create"), <kbd>N</kbd>),
      ...(hasRight(me, "import") ? [action("imports", t("frame.imports"), <Upload size={16} />, () => void navigate({ to: "/imports/new" }))] : []),
      action("exports", t("frame.exports"), <Download size={16} />, () => void navigate({ to: "/exports" })),
      ...(me.role === "admin" ? [action("members", t("frame.members"), <UserCog size={16} />, () => void navigate({ to: "/admin/members" }))] : []),
      action("me", t("frame.myAccount"), <Settings size={16} />, () => void navigate({ to: "/me" })),
      action("shortcuts", t("frame.shortcuts"), <CircleHelp size={16} />, () => showOverlay("shortcuts"), <kbd>?</kbd>),
      action("language", t("palette.otherLanguage"), <Languages size={16} />, () => void switchLanguage(currentLanguage() === "zh" ? "en" : "zh")),
      action("out", t("frame.signOut"), <LogOut size={16} />, leave),
    ];
  }, [t, me, navigate, leave]);
}
