/** What surrounds the screens before sign-in: the mark, one card, and the language. */
import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { switchLanguage } from "@/lib/i18n/setup";
import styles from "@/ui/DoorFrame.module.css";

export function DoorFrame({ title, hint, children }: { title: string; hint?: ReactNode; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const other = i18n.language === "en" ? "zh" : "en";
  return (
    <div className={styles.door}>
      <header className={styles.bar}>
        <Button type="text" lang={other === "zh" ? "zh-CN" : "en"} aria-label={`${t("common.language.switch")}: ${other === "zh" ? "中文" : "English"}`} onClick={() => void switchLanguage(other)}>
          {other === "zh" ? "中文" : "English"}
        </Button>
      </header>
      <main className={styles.card}>
        <img src="/icon.svg" width={40} height={40} alt="" className={styles.icon} />
        <h1 className={styles.title}>{title}</h1>
        {hint && <p className={styles.hint}>{hint}</p>}
        {children}
      </main>
      <footer className={styles.foot}>{t("account.motto")}</footer>
    </div>
  );
}
