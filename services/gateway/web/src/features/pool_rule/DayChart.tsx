/** Bars over days. The only file here that loads ECharts; it is loaded when a simulation is first shown. */
import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

echarts.use([BarChart, GridComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

export type Bar = { label: string; count: number; urgent?: boolean };
type Props = { bars: Bar[]; description: string };

const BLUE = "#0072b2"; // blue and vermilion are told apart by everyone, and the urgent bar has a pattern of its own
const VERMILION = "#d55e00";

export function DayChart({ bars, description }: Props) {
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
      grid: { left: 8, right: 12, top: 16, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
      xAxis: { type: "category", data: bars.map((bar) => bar.label), axisTick: { show: false }, axisLabel: { hideOverlap: true, color: "#4b5563" } },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: "#4b5563" } },
      series: [{ type: "bar", barMaxWidth: 22, data: bars.map((bar) => ({ value: bar.count, itemStyle: { color: bar.urgent ? VERMILION : BLUE, borderRadius: [3, 3, 0, 0] } })) }],
    });
  }, [bars, description]);
  return <div ref={place} role="img" aria-label={description} style={{ width: "100%", height: 220 }} />;
}
