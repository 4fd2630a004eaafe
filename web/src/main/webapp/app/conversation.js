/** One conversation: what was remembered of it, in the order it was said, and its messages. */

import { h } from "./dom.js";
import { dateTime, word } from "./format.js";
import { toAgent } from "./links.js";
import { PagedList } from "./paging.js";

export const title = "Conversation";

const PAGE_LIMIT = 100;
/** A memory found by a search may be far down: so many pages are fetched to show it, then the person decides. */
const PAGES_TO_FIND_MAX = 10;

export function mount(container, { query, signal }) {
  const agent = query.get("agent");
  const external = query.get("external");
  const id = query.get("id");
  container.append(
    h(
      "nav",
      { class: "crumbs", "aria-label": "You are here" },
      h("a", { href: "#/agents" }, "Agents"),
      agent && h("a", { href: toAgent(agent) }, "Agent"),
    ),
    h(
      "div",
      { class: "page-head" },
      h("h1", { tabindex: "-1" }, query.get("title") || external || id || title),
      external && query.get("title") && h("p", { class: "muted id" }, external),
    ),
  );
  const parts = [];
  if (external) {
    parts.push(memories({ agent, external, focus: query.get("memory"), signal }));
  }
  if (id) {
    parts.push(messages(id, signal));
  }
  container.append(h("div", { class: "conversation-parts" }, parts));
  if (parts.length === 0) {
    container.append(h("p", { class: "muted" }, "This address names no conversation."));
  }
}

function memories({ agent, external, focus, signal }) {
  const rows = h("ol", { class: "transcript" });
  const list = new PagedList({
    path: "/api/memories",
    query: { agentId: agent, conversation: external },
    limit: PAGE_LIMIT,
    row: (memory) => turnRow(memory, memory.text, memory.id === focus),
    rows,
    noun: ["memory", "memories"],
    signal,
    empty: "Nothing is remembered of this conversation.",
  });
  loadUntilFound(list, focus, rows);
  return h("section", { class: "panel", "aria-label": "Memories" }, h("h2", {}, "Memories"), rows, list.element);
}

async function loadUntilFound(list, focus, rows) {
  for (let pages = 0; pages < PAGES_TO_FIND_MAX; pages += 1) {
    const items = await list.load();
    if (!focus || items === null || !list.hasMore || items.some((memory) => memory.id === focus)) {
      break;
    }
  }
  rows.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
}

function messages(id, signal) {
  const rows = h("ol", { class: "transcript" });
  const list = new PagedList({
    path: `/api/conversations/${encodeURIComponent(id)}/messages`,
    limit: PAGE_LIMIT,
    row: (message) => turnRow(message, message.content ?? message.text, false),
    rows,
    noun: ["message"],
    signal,
    empty: "No message is stored for this conversation.",
  });
  list.load();
  return h("section", { class: "panel", "aria-label": "Messages" }, h("h2", {}, "Messages"), rows, list.element);
}

function turnRow(item, text, focused) {
  const who = item.speaker || word(item.role ?? item.kind ?? "");
  const tags = Array.isArray(item.tags) ? item.tags : [];
  return h(
    "li",
    { "data-item": item.id, "aria-current": focused ? "true" : null },
    h("span", { class: "turn" }, Number.isInteger(item.turn) ? String(item.turn) : ""),
    h(
      "div",
      {},
      h(
        "p",
        { class: "meta" },
        h("strong", {}, who),
        item.at && h("time", { datetime: item.at }, dateTime(item.at)),
        tags.map((tag) => h("span", { class: "tag" }, String(tag))),
      ),
      h("p", { class: "text" }, String(text ?? "")),
    ),
  );
}
