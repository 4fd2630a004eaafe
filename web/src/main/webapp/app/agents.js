/** Agents: the list, a form for a new one, and one agent's conversations. */

import { get, idempotencyKey, post } from "./api.js";
import { field, h, setText } from "./dom.js";
import { dateTime, word } from "./format.js";
import { toAgent, toConversation } from "./links.js";
import { PagedList } from "./paging.js";
import { problemNotice } from "./problems.js";

export const title = "Agents";

export function mount(container, { signal, parts }) {
  return parts[1] ? mountAgent(container, parts[1], signal) : mountList(container, signal);
}

function mountList(container, signal) {
  const rows = h("tbody", {});
  const list = new PagedList({
    path: "/api/agents",
    row: agentRow,
    rows,
    noun: ["agent"],
    signal,
    empty: "There is no agent yet. Create the first one.",
  });
  container.append(
    h("div", { class: "page-head" }, h("h1", { tabindex: "-1" }, title)),
    createForm((agent) => list.prepend(agent)),
    h("div", { class: "panel flush" }, table("Agents", ["Name", "Description", "Changed"], rows)),
    list.element,
  );
  list.load();
}

function table(label, heads, rows) {
  return h(
    "div",
    { class: "scroll" },
    h("table", { "aria-label": label }, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))), rows),
  );
}

function agentRow(agent) {
  return h(
    "tr",
    { "data-agent": agent.id },
    h("td", {}, h("a", { href: toAgent(agent.id) }, agent.name || agent.id)),
    h("td", { class: "long" }, agent.description ?? ""),
    h("td", { class: "time" }, dateTime(agent.updatedAt ?? agent.createdAt)),
  );
}

function createForm(created) {
  const name = h("input", { type: "text", name: "name", required: true, maxlength: 200, autocomplete: "off" });
  const description = h("input", { type: "text", name: "description", maxlength: 2000, autocomplete: "off" });
  const button = h("button", { type: "submit", class: "main" }, "Create agent");
  const outcome = h("div", { role: "status" });
  // One key for one wish: a second press after a lost answer must not make a second agent.
  let key = idempotencyKey();
  const submit = async (event) => {
    event?.preventDefault();
    button.disabled = true;
    outcome.replaceChildren();
    try {
      const body = { name: name.value.trim(), description: description.value.trim() || undefined };
      const { data } = await post("/api/agents", body, { headers: { "Idempotency-Key": key } });
      key = idempotencyKey();
      created({ ...body, ...data });
      outcome.replaceChildren(h("p", { class: "done" }, `Created ${data?.name ?? body.name}.`));
      form.reset();
      name.focus();
    } catch (problem) {
      outcome.replaceChildren(problemNotice(problem, () => submit()));
    } finally {
      button.disabled = false;
    }
  };
  const changed = () => {
    key = idempotencyKey();
  };
  const form = h(
    "form",
    { class: "create", onsubmit: submit, oninput: changed },
    h("div", { class: "create-line" }, field("Name", name), field("Description", description), button),
    outcome,
  );
  return h("details", { class: "panel" }, h("summary", {}, "New agent"), form);
}

function mountAgent(container, id, signal) {
  const heading = h("h1", { tabindex: "-1" }, "Agent");
  const description = h("p", { class: "muted" });
  const facts = h("p", { class: "meta" });
  const trouble = h("div", {});
  const rows = h("tbody", {});
  const list = new PagedList({
    path: `/api/agents/${encodeURIComponent(id)}/conversations`,
    row: (conversation) => conversationRow(conversation, id),
    rows,
    noun: ["conversation"],
    signal,
    empty: "This agent has no conversation yet.",
  });
  container.append(
    h("nav", { class: "crumbs", "aria-label": "You are here" }, h("a", { href: "#/agents" }, "Agents")),
    h("div", { class: "page-head" }, heading, description, facts),
    trouble,
    openForm(id),
    h("div", { class: "panel flush" }, table("Conversations", ["Conversation", "Id of the caller", "Started"], rows)),
    list.element,
  );
  showAgent({ id, heading, description, facts, trouble, signal });
  list.load();
}

async function showAgent(view) {
  view.trouble.replaceChildren();
  try {
    const { data } = await get(`/api/agents/${encodeURIComponent(view.id)}`, { signal: view.signal });
    setText(view.heading, data?.name || "Agent");
    setText(view.description, data?.description ?? "");
    const known = [
      data?.createdAt && `created ${dateTime(data.createdAt)}`,
      data?.status && word(data.status),
      data?.version !== undefined && `version ${data.version}`,
    ];
    setText(view.facts, known.filter(Boolean).join(" · "));
  } catch (problem) {
    if (problem.category !== "left") {
      view.trouble.replaceChildren(problemNotice(problem, () => showAgent(view)));
    }
  }
}

function conversationRow(conversation, agent) {
  const external = conversation.externalId ?? "";
  const name = conversation.title || external || conversation.id;
  const address = toConversation({ agent, id: conversation.id, external, title: conversation.title });
  return h(
    "tr",
    { "data-conversation": external || conversation.id },
    h("td", {}, h("a", { href: address }, name)),
    h("td", { class: "id" }, external === name ? "" : external),
    h("td", { class: "time" }, dateTime(conversation.startedAt ?? conversation.createdAt)),
  );
}

/** An import brings thousands of conversations: whoever knows the id should not have to page to it. */
function openForm(agent) {
  const external = h("input", { type: "text", name: "external", required: true, autocomplete: "off", spellcheck: "false" });
  const open = (event) => {
    event.preventDefault();
    location.hash = toConversation({ agent, external: external.value.trim() });
  };
  return h(
    "form",
    { class: "open-line", onsubmit: open },
    field("Open a conversation by the caller's id", external),
    h("button", { type: "submit", class: "quiet" }, "Open"),
  );
}
