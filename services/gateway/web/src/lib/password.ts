/** New passwords: what is long enough, and one made at random. The server has the last word. */
export const PASSWORD_LEAST = 8;

export type PasswordState = "empty" | "short" | "fair" | "good";

/** Length is what makes a password hard to guess; mixing kinds of characters helps a little. */
export function passwordState(password: string): PasswordState {
  if (password === "") return "empty";
  if (password.length < PASSWORD_LEAST) return "short";
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length;
  return password.length >= 14 || (password.length >= 10 && kinds >= 3) ? "good" : "fair";
}

// No characters that are read one for another (0 O, 1 l I).
const LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** Sixteen characters in four groups: easy to read out, 93 bits. */
export function generatePassword(): string {
  const limit = 256 - (256 % LETTERS.length);
  let text = "";
  while (text.length < 16) for (const byte of crypto.getRandomValues(new Uint8Array(32))) if (byte < limit && text.length < 16) text += LETTERS[byte % LETTERS.length];
  return (text.match(/.{4}/g) ?? []).join("-");
}
