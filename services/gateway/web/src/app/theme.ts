/** Colours, sizes and the type of the product; every pair of text and ground passes AA. */
import type { ThemeConfig } from "antd";

const fontFamily =
  'Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

export const theme: ThemeConfig = {
  token: {
    colorPrimary: "#0958d9",
    colorPrimaryHover: "#1a63db",
    colorLink: "#0958d9",
    colorLinkHover: "#1a63db",
    colorInfo: "#0958d9",
    colorError: "#cf1322",
    colorSuccess: "#237804",
    colorWarning: "#ad4e00",
    colorWarningBg: "#fff8eb",
    colorWarningBorder: "#ffe0ad",
    colorErrorBg: "#fff4f2",
    colorErrorBorder: "#ffd1cc",
    colorSuccessBg: "#f3faf0",
    colorSuccessBorder: "#cde8c0",
    colorInfoBg: "#f2f7ff",
    colorInfoBorder: "#cfe0ff",
    colorText: "#1c2024",
    colorTextSecondary: "#4d5560",
    colorTextTertiary: "#646c78",
    colorTextQuaternary: "#6b7280",
    colorTextPlaceholder: "#6b7280",
    colorTextDescription: "#646c78",
    colorBorder: "#dcdfe4",
    colorBorderSecondary: "#ebedf0",
    colorBgMask: "rgb(15 23 42 / 34%)",
    colorBgLayout: "#ffffff",
    borderRadius: 6,
    fontFamily,
    fontSize: 13,
    controlHeight: 30,
    controlHeightSM: 24,
    motionDurationMid: "0.14s",
    motionDurationSlow: "0.2s",
    boxShadowSecondary: "0 6px 20px rgb(15 23 42 / 10%), 0 1px 3px rgb(15 23 42 / 8%)",
  },
  components: {
    Table: { headerBg: "#ffffff", headerColor: "#646c78", headerSplitColor: "transparent", rowHoverBg: "#f6f7f9", rowSelectedBg: "#eef4ff", rowSelectedHoverBg: "#e6efff", borderColor: "#eff0f3", cellFontSize: 13 },
    Button: { fontWeight: 500, primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
    Modal: { titleFontSize: 15 },
    Segmented: { trackBg: "#eff1f4", itemSelectedColor: "#1c2024" },
    Tag: { defaultBg: "#f3f4f6" },
  },
};

/** Larger targets for fingers. */
export const phoneTheme: ThemeConfig = { ...theme, token: { ...theme.token, controlHeight: 36, controlHeightSM: 30, fontSize: 14 } };
