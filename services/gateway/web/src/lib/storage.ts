/** Small settings kept in this browser; a full or forbidden storage is no reason to fail. */
export function readSetting<T>(name: string, fallback: T): T {
  try {
    const text = localStorage.getItem(`gonghai.${name}`);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

export function writeSetting(name: string, value: unknown): void {
  try {
    localStorage.setItem(`gonghai.${name}`, JSON.stringify(value));
  } catch {
    // Private windows may forbid it: the setting then lasts as long as the page.
  }
}
