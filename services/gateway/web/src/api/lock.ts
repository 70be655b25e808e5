/** Lock (who may change a customer) and hold (no rule takes it into the pool until a day is over). */
import type { Customer } from "@/api/customer";
import { http } from "@/lib/http";

export const lockCustomer = (customerId: string) => http.post<Customer>(`/api/customers/${customerId}/lock`);

export const unlockCustomer = (customerId: string) => http.post<Customer>(`/api/customers/${customerId}/unlock`);

export const holdCustomer = (customerId: string, until: string, reason: string) => http.post<Customer>(`/api/customers/${customerId}/hold`, { until, reason });

export const releaseHold = (customerId: string) => http.post<Customer>(`/api/customers/${customerId}/release_hold`);
