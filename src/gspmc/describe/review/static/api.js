// What the page asks the server.

/** The server refused, or is not there; `status` is 0 then, and `body` holds what it said. */
export class Refusal extends Error {
  constructor(status, body) {
    super(body.message ?? `the server answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

async function ask(path, parameters = {}, options = {}) {
  const query = new URLSearchParams(parameters).toString();
  let answer;
  try {
    answer = await fetch(query ? `${path}?${query}` : path, options);
  } catch {
    throw new Refusal(0, { message: "the server does not answer: is it still running?" });
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, body);
  return body;
}

export const getSigns = () => ask("/api/signs");
export const getSign = (label) => ask("/api/sign", { label });
export const getLayout = () => ask("/api/layout");
export const getClip = (id) => ask("/api/clip", { id });

/** Save texts and a verdict, if the sign is still in that version. */
export const putSign = (label, version, verdict) =>
  ask(
    "/api/sign",
    { label },
    {
      method: "PUT",
      headers: { "content-type": "application/json", "if-match": `"${version}"` },
      body: JSON.stringify(verdict),
    },
  );
