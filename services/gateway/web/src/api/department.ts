/** Departments, a tree. */
import { queryOptions } from "@tanstack/react-query";
import { http } from "@/lib/http";

export type Department = { department_id: string; name: string; parent_id: string | null; path: string[]; member_count: number; position: number };

export const departmentsQuery = () =>
  queryOptions({ queryKey: ["departments"], queryFn: ({ signal }) => http.get<{ items: Department[] }>("/api/departments", {}, signal), staleTime: 60_000 });

export const createDepartment = (body: { name: string; parent_id?: string | null }) => http.post<Department>("/api/departments", body);

export const editDepartment = (departmentId: string, body: { name?: string; parent_id?: string | null; position?: number }) =>
  http.patch<Department>(`/api/departments/${departmentId}`, body);

export const deleteDepartment = (departmentId: string) => http.delete(`/api/departments/${departmentId}`);
