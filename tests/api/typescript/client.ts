// An applicant and a colleague, by types that were generated from the document alone.
import createClient from "openapi-fetch";
import type { components, paths } from "./portal.ts";

type Report = components["schemas"]["SubmissionDetail"];

const portal = createClient<paths>({ baseUrl: "http://127.0.0.1:8000" });

function must<T>(told: { data?: T; response: Response }): T {
  if (told.data === undefined) throw new Error(`${told.response.status}`);
  return told.data;
}

export async function comeIn(mobile: string, code: string): Promise<string> {
  const first = must(await portal.POST("/api/v3/session/code/", { body: { mobile } }));
  const headers = { "X-Session-Token": first.session_token ?? "" };
  const last = must(await portal.POST("/api/v3/session/code/confirm/", { body: { code }, headers }));
  return last.session_token ?? "";
}

export async function file(token: string, words: string): Promise<Report> {
  const headers = { Authorization: `Bearer ${token}` };
  const query = { q: words };
  const found = must(await portal.GET("/api/v3/catalog/services/", { params: { query } })).items[0];
  const contract = must(await portal.GET("/api/v3/contracts/", { headers }))[0];
  if (!found || !contract) throw new Error("Nothing to ask for.");
  const wish = { service: found.code, contract: contract.id };
  const begun = must(await portal.POST("/api/v3/submissions/", { body: wish, headers }));
  const path = { tracking_code: begun.tracking_code };
  const draft = await portal.PATCH("/api/v3/submissions/{tracking_code}/draft/", {
    params: { path }, headers, body: { answers: { requested_power: 250, temporary: false }, description: "…" },
  });
  if (must(draft).missing.length) throw new Error(must(draft).missing.map((item) => item.detail).join());
  return must(await portal.POST("/api/v3/submissions/{tracking_code}/steps/", {
    params: { path }, headers, body: { name: "submit", expecting: begun.last_seq, note: "" },
  }));
}

export async function sendBack(token: string, code: string, seen: number): Promise<Report> {
  return must(await portal.POST("/api/v3/submissions/{tracking_code}/steps/", {
    params: { path: { tracking_code: code } },
    headers: { Authorization: `Bearer ${token}` },
    body: {
      name: "return_for_correction",
      expecting: seen,
      note: "خوانا نیست",
      detail: { reason: "unreadable", mend: [{ kind: "document", code: "contract" }] },
    },
  }));
}
