/** The top bar: search, new customer, exports, help, language, account. */
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Dropdown, Tooltip } from "antd";
import { CircleHelp, LogOut, Menu, Plus, Search, Settings } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import styles from "@/app/TopBar.module.css";
import { signOut, useMe } from "@/api/session";
import { switchLanguage } from "@/lib/i18n/setup";
import { commandKey } from "@/lib/keys";
import { showOverlay } from "@/lib/overlay";
import { MemberAvatar } from "@/ui/MemberAvatar";
import { useProblemToast } from "@/ui/useProblemToast";

const ExportTray = lazy(() => import("@/features/export/ExportTray").then((module) => ({ default: module.ExportTray })));

const NotificationBell = lazy(() => import("@/features/notification/NotificationBell").then((module) => ({ default: module.NotificationBell })));
const BatchTray = lazy(() => import("@/features/customer/batch/BatchTray").then((module) => ({ default: module.BatchTray })));

export function TopBar({ narrow, onMenu }: { narrow: boolean; onMenu?: () => void }) {
  const { t } = useTranslation();
  return (
    <header className={styles.bar}>
      {onMenu && <Button type="text" icon={<Menu size={18} />} aria-label={t("frame.openMenu")} onClick={onMenu} />}
      <Link to="/customers" search={{ view: "mine" }} className={styles.brand} aria-label={t("common.home")}>
        <img src="/icon.svg" width={22} height={22} alt="" />
        <span>{t("common.product")}</span>
      </Link>
      {narrow ? (
        <span className={styles.space} />
      ) : (
        <button type="button" className={styles.search} onClick={() => showOverlay("palette")}>
          <Search size={14} aria-hidden />
          <span>{t("frame.palette")}</span>
          <kbd>{commandKey} K</kbd>
        </button>
      )}
      <div className={styles.tools}>
        {narrow && <Button type="text" icon={<Search size={18} />} aria-label={t("frame.palette")} onClick={() => showOverlay("palette")} />}
        {!narrow && (
          <Tooltip title={<>{t("frame.newCustomer")} · N</>}>
            <Button icon={<Plus size={15} />} onClick={() => showOverlay("create")}>
              {t("frame.new")}
            </Button>
          </Tooltip>
        )}
        <Suspense fallback={null}>
          <BatchTray />
          <ExportTray />
          <NotificationBell />
        </Suspense>
        {!narrow && (
          <Tooltip title={<>{t("frame.shortcuts")} · ?</>}>
            <Button type="text" icon={<CircleHelp size={16} />} aria-label={t("frame.shortcuts")} onClick={() => showOverlay("shortcuts")} />
          </Tooltip>
        )}
        <LanguageSwitch />
        <AccountMenu />
      </div>
    </header>
  );
}

function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const other = i18n.language === "en" ? "zh" : "en";
  return (
    <Tooltip title={t("common.language.switch")}>
      <Button type="text" className={styles.language} lang={other === "zh" ? "zh-CN" : "en"} aria-label={`${t("common.language.switch")}: ${other === "zh" ? "中文" : "English"}`} onClick={() => void switchLanguage(other)}>
        {other === "zh" ? "中" : "EN"}
      </Button>
    </Tooltip>
  );
}

function AccountMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const showProblem = useProblemToast();
  const leave = () => signOut(client).then(() => navigate({ to: "/sign-in", search: {} }), showProblem);
  const items = [
    { key: "who", type: "group" as const, label: [me.name, me.department_name].filter(Boolean).join(" · ") },
    { key: "me", icon: <Settings size={14} />, label: t("frame.myAccount"), onClick: () => void navigate({ to: "/me" }) },
    { type: "divider" as const },
    { key: "out", icon: <LogOut size={14} />, label: t("frame.signOut"), onClick: () => void leave() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <button type="button" className={styles.account} aria-label={t("frame.account")}>
        <MemberAvatar member={me} size={26} />
      </button>
    </Dropdown>
  );
}
