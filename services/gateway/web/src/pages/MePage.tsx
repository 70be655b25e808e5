/** The signed-in member: who, language, password, access tokens. */
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { PasswordForm } from "@/features/account/PasswordForm";
import { Tokens } from "@/features/account/Tokens";
import { switchLanguage, type Language } from "@/lib/i18n/setup";
import styles from "@/pages/MePage.module.css";
import { MemberAvatar } from "@/ui/MemberAvatar";
import { PageBlock, PageFrame } from "@/ui/PageFrame";

export function MePage() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const facts = [me.account, t(`member.role.${me.role}`), me.department_name].filter(Boolean).join(" · ");
  return (
    <PageFrame title={t("frame.myAccount")}>
      <div className={styles.who}>
        <MemberAvatar member={me} size={44} />
        <div>
          <p className={styles.name}>{me.name}</p>
          <p className={styles.facts}>{facts}</p>
        </div>
      </div>
      <PageBlock title={t("account.language")}>
        <Segmented
          value={i18n.language}
          onChange={(language: string) => void switchLanguage(language as Language)}
          aria-label={t("account.language")}
          options={[
            { value: "zh", label: <span lang="zh-CN">中文</span> },
            { value: "en", label: <span lang="en">English</span> },
          ]}
        />
      </PageBlock>
      <PageBlock title={t("account.password")} hint={t("account.passwordHint")}>
        <PasswordForm />
      </PageBlock>
      <PageBlock title={t("account.tokens")}>
        <Tokens />
      </PageBlock>
    </PageFrame>
  );
}
