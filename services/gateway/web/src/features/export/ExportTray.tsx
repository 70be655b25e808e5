/** Exports in the top bar: a ring while something is under way, a drawer with the last ones, a word when one is ready. */
import { useNavigate } from "@tanstack/react-router";
import { App, Badge, Button, Drawer, Progress, Tooltip } from "antd";
import { Download, FileSpreadsheet } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { exportFile, unfinished, type Export } from "@/api/export";
import styles from "@/features/export/export.module.css";
import { ExportItem } from "@/features/export/ExportItem";
import { overall } from "@/features/export/progress";
import { useExportEvents, useRecentExports } from "@/features/export/useExports";
import { EmptyState } from "@/ui/EmptyState";

const NONE: Export[] = [];

export function ExportTray() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  useExportEvents();
  const looked = useRecentExports();
  const jobs = looked ?? NONE;
  const { unseen, markSeen } = useEndings(looked);
  const running = jobs.filter(unfinished);
  const percent = overall(running);
  const label = running.length > 0 ? t("export.trayRunning", { count: running.length, percent }) : t("frame.exports");
  const show = () => {
    setOpen(true);
    markSeen();
  };
  return (
    <>
      <Tooltip title={label}>
        <Button type="text" className={styles.tray} aria-label={label} onClick={show}>
          {running.length > 0 ? (
            <Progress type="circle" size={20} percent={percent} strokeWidth={14} showInfo={false} aria-hidden />
          ) : (
            <Badge dot={unseen} offset={[-1, 2]}>
              <Download size={16} aria-hidden />
            </Badge>
          )}
        </Button>
      </Tooltip>
      <Drawer
        open={open}
        onClose={() => setOpen(false)}
        size={420}
        title={t("export.recent")}
        extra={
          <Button
            type="link"
            size="small"
            onClick={() => {
              setOpen(false);
              void navigate({ to: "/exports" });
            }}
          >
            {t("export.centre")}
          </Button>
        }
        styles={{ body: { padding: 0 } }}
      >
        {jobs.length === 0 && <EmptyState icon={<FileSpreadsheet size={20} />} title={t("export.none")} hint={t("export.noneHint")} />}
        <ul className={styles.jobs}>
          {jobs.map((job) => (
            <ExportItem key={job.export_id} job={job} />
          ))}
        </ul>
      </Drawer>
    </>
  );
}

/** Says once when an export has ended that was under way, or that began after the first look; in the tab that is looked at. */
function useEndings(jobs: Export[] | undefined): { unseen: boolean; markSeen: () => void } {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const before = useRef(new Map<string, Export["state"]>());
  const newest = useRef<string | null>(null); // of the first look
  const [unseen, setUnseen] = useState(false);
  useEffect(() => {
    if (!jobs) return;
    newest.current ??= jobs.reduce((latest, { created_at }) => (created_at > latest ? created_at : latest), "");
    for (const job of jobs) {
      const known = before.current.get(job.export_id);
      const underWay = known === undefined ? job.created_at > newest.current : known === "queued" || known === "running";
      const ended = underWay && (job.state === "done" || job.state === "failed");
      before.current.set(job.export_id, job.state);
      if (!ended) continue;
      setUnseen(true);
      if (document.visibilityState !== "visible") continue;
      const done = job.state === "done";
      notification[done ? "success" : "error"]({
        key: job.export_id,
        placement: "bottomRight",
        duration: done ? 8 : 0,
        title: t(done ? "export.ready" : "export.failedToast"),
        description: job.name,
        actions: done && (
          <Button type="primary" size="small" href={exportFile(job.export_id)} onClick={() => notification.destroy(job.export_id)}>
            {t("export.download")}
          </Button>
        ),
      });
    }
  }, [jobs, notification, t]);
  return { unseen, markSeen: () => setUnseen(false) };
}
