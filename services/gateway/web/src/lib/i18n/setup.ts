/** Chinese first, English second; the texts of a language are loaded when it is chosen. */
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { readSetting, writeSetting } from "@/lib/storage";

export type Language = "zh" | "en";

const loaders: Record<Language, () => Promise<{ texts: Record<string, unknown> }>> = {
  zh: () => import("@/lib/i18n/zh"),
  en: () => import("@/lib/i18n/en"),
};

export function currentLanguage(): Language {
  return i18next.language === "en" ? "en" : "zh";
}

function announce(language: Language): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  dayjs.locale(language === "zh" ? "zh-cn" : "en");
}

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, "translation")) return;
  const { texts } = await loaders[language]();
  i18next.addResourceBundle(language, "translation", texts);
}

export async function startLanguage(): Promise<void> {
  const asked = new URLSearchParams(location.search).get("lang");
  const language: Language = asked === "en" || asked === "zh" ? asked : readSetting<Language>("language", "zh");
  const { texts } = await loaders[language]();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: texts } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  announce(language);
}

export async function switchLanguage(language: Language): Promise<void> {
  await load(language);
  announce(language);
  writeSetting("language", language);
  await i18next.changeLanguage(language);
}
