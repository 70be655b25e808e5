/** The calendar that workdays are counted by: official days of a year with the organisation's own exceptions over them. */
import { queryOptions } from "@tanstack/react-query";
import type { Schema } from "@/api/schema";
import { http } from "@/lib/http";

export type Holiday = Schema<"Holiday">;

export const holidayKeys = { all: ["holidays"] as const };

export const holidaysQuery = (year: number) =>
  queryOptions({ queryKey: [...holidayKeys.all, year], queryFn: ({ signal }) => http.get<{ items: Holiday[] }>("/api/holidays", { year }, signal), staleTime: 60_000 });

export const saveHoliday = ({ day, workday, name }: Pick<Holiday, "day" | "workday" | "name">) => http.put<Holiday>(`/api/holidays/${day}`, { workday, name });

export const deleteHoliday = (day: string) => http.delete(`/api/holidays/${day}`);
