/** Addresses of the views: `#/path?name=value`. Made and read here only. */

export function to(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== "") {
      query.set(key, value);
    }
  }
  const text = query.toString();
  return `#/${path}${text ? `?${text}` : ""}`;
}

export const toAgent = (id) => to(`agents/${encodeURIComponent(id)}`);

export function toConversation({ agent, id, external, memory, title }) {
  return to("conversation", { agent, id, external, memory, title });
}

export function current() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
