/** The signed-in frame: top bar, side menu, the page, and what may lie over all of them. */
import { useQuery } from "@tanstack/react-query";
import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { Drawer, Spin } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { BottomBar } from "@/app/BottomBar";
import styles from "@/app/Frame.module.css";
import { SideMenu } from "@/app/SideMenu";
import { TopBar } from "@/app/TopBar";
import { useGlobalKeys } from "@/app/useGlobalKeys";
import { useLiveUpdates } from "@/app/useLiveUpdates";
import { sessionQuery } from "@/api/session";
import { useOverlay } from "@/lib/overlay";
import { readSetting, writeSetting } from "@/lib/storage";
import { setZone } from "@/lib/time";
import { useLate } from "@/lib/useLate";
import { useNarrow } from "@/lib/useNarrow";
import { ErrorBanner } from "@/ui/ErrorBanner";

const loadOverlays = () => import("@/app/Overlays").then((module) => ({ default: module.Overlays }));
const Overlays = lazy(loadOverlays);
const UndoToast = lazy(() => import("@/features/customer/batch/UndoToast").then((module) => ({ default: module.UndoToast })));
const PRELOAD_AFTER = 1200;

export function Frame() {
  const session = useQuery(sessionQuery);
  const late = useLate(session.isPending);
  if (session.isPending) return late ? <Spin className={styles.splash} /> : null;
  if (session.isError) return <ErrorBanner error={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data) return <ToSignIn />;
  setZone(session.data.organisation.timezone);
  return <SignedIn />;
}

/** Goes once, and remembers where from: each further navigation would begin the loading of the page anew. */
function ToSignIn() {
  const navigate = useNavigate();
  const { href } = useLocation();
  const [from] = useState(href);
  useEffect(() => void navigate({ to: "/sign-in", search: { next: from === "/" ? undefined : from }, replace: true }), [navigate, from]);
  return null;
}

function SignedIn() {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const overlay = useOverlay();
  const [collapsed, setCollapsed] = useState(() => readSetting("menu.collapsed", false));
  const [menuOpen, setMenuOpen] = useState(false);
  const { pathname } = useLocation();
  useGlobalKeys();
  useLiveUpdates();
  useEffect(() => setMenuOpen(false), [pathname]);

  useEffect(() => {
    const timer = setTimeout(() => void loadOverlays(), PRELOAD_AFTER); // a key opens them at once
    return () => clearTimeout(timer);
  }, []);

  const toggle = () => {
    setCollapsed(!collapsed);
    writeSetting("menu.collapsed", !collapsed);
  };
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        {t("frame.skip")}
      </a>
      <TopBar narrow={narrow} onMenu={narrow ? () => setMenuOpen(true) : undefined} />
      <div className={styles.body}>
        {!narrow && <SideMenu collapsed={collapsed} onToggle={toggle} />}
        <main id="content" className={styles.content} tabIndex={-1}>
          <Suspense fallback={null}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      {narrow && <BottomBar onMenu={() => setMenuOpen(true)} />}
      <Drawer open={narrow && menuOpen} onClose={() => setMenuOpen(false)} placement="left" size={280} title={t("common.product")} styles={{ body: { padding: 8 } }}>
        <SideMenu collapsed={false} onPick={() => setMenuOpen(false)} />
      </Drawer>
      <Suspense fallback={null}>
        <UndoToast />
      </Suspense>
      {overlay && (
        <Suspense fallback={null}>
          <Overlays overlay={overlay} />
        </Suspense>
      )}
    </div>
  );
}
