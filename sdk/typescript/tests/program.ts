/** Compiled, never run: what a program in TypeScript sees of this package. */

import { ApiError, AuthenticationError, Client, GRID, Signer, SigningKey, Verifier } from "gridkey";

export async function program(): Promise<string> {
  const client = Client.create({ apiKey: "gk_...", url: "https://id.example.com" });
  const answer: Response = await client.request("POST", "https://api.example.com/v1/x", { json: { a: 1 } });
  const headers: Record<string, string> = new Signer(SigningKey.generate(), { scheme: GRID }).sign("GET", answer.url);
  const claims = await new Verifier({ issuer: "https://id.example.com/t/acme", audience: "a" }).verify(await client.token());
  try {
    // @ts-expect-error A number is no key.
    Client.create({ apiKey: 5 });
  } catch (error) {
    if (error instanceof AuthenticationError) return error.fix ?? error.code;
    if (error instanceof ApiError) return String(error.status);
  }
  return `${Object.keys(headers).length} ${String(claims["sub"])}`;
}
