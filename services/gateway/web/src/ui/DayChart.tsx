/** Bars over days. The only file here that loads ECharts; it is loaded when a chart is first shown. */
import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

echarts.use([BarChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

/** One kind of bar; kinds with the same `stack` stand on each other. `urgent` is the place of the bar that stands out. */
export type DaySeries = { name: string; values: number[]; color?: string; stack?: string; urgent?: number };
type Props = { labels: string[]; series: DaySeries[]; description: string };

/** Told apart by everyone, colour-blind or not. */
export const COLOURS = { blue: "#0072b2", orange: "#e69f00", green: "#009e73", vermilion: "#d55e00" } as const;

export function DayChart({ labels, series, description }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = echarts.init(element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    chart.current?.setOption({
      animation: !still,
      aria: { enabled: true, label: { description } },
      legend: series.length > 1 ? { top: 0, textStyle: { color: "#4b5563" } } : undefined,
      grid: { left: 8, right: 12, top: series.length > 1 ? 36 : 16, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
      xAxis: { type: "category", data: labels, axisTick: { show: false }, axisLabel: { hideOverlap: true, color: "#4b5563" } },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: "#4b5563" } },
      series: series.map(({ name, values, color = COLOURS.blue, stack, urgent }) => ({
        type: "bar",
        name,
        stack,
        barMaxWidth: 22,
        itemStyle: { color },
        data: values.map((value, place) => (place === urgent ? { value, itemStyle: { color: COLOURS.vermilion } } : value)),
      })),
    });
  }, [labels, series, description]);
  return <div ref={place} role="img" aria-label={description} style={{ width: "100%", height: 220 }} />;
}
