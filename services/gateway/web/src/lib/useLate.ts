import { useEffect, useState } from "react";

/** True once `waiting` has lasted longer than `delay`: what is quick shows no skeleton at all. */
export function useLate(waiting: boolean, delay = 200): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return setLate(false);
    const timer = setTimeout(() => setLate(true), delay);
    return () => clearTimeout(timer);
  }, [waiting, delay]);
  return waiting && late;
}
