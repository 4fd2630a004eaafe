/** Search by meaning and by words. The address holds the whole question, so it can be sent to somebody or gone back to. */

import { page, post } from "./api.js";
import { field, h, select } from "./dom.js";
import { count, dateTime, millis, score, word } from "./format.js";
import { highlighted, stemsOf } from "./highlight.js";
import { to, toConversation } from "./links.js";
import { problemNotice } from "./problems.js";

export const title = "Search";

const MODES = [
  ["hybrid", "Hybrid"],
  ["vector", "Meaning"],
  ["text", "Words"],
];
const KINDS = [
  ["", "Any kind"],
  ["CONVERSATION", "Conversation"],
  ["PREFERENCE", "Preference"],
  ["CONTEXT", "Context"],
];
const QUALITIES = [
  ["", "Default"],
  ["SPEED", "Speed"],
  ["BALANCED", "Balanced"],
  ["QUALITY", "Quality"],
];
const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 100;
const AGENTS_OFFERED_MAX = 100;

export function mount(container, { query, signal }) {
  const asked = readQuestion(query);
  const form = new SearchForm(asked);
  const results = h("section", { class: "results", "aria-label": "Results" });
  container.append(
    h("div", { class: "page-head" }, h("h1", { tabindex: "-1" }, title)),
    form.element,
    results,
  );
  form.offerAgents(signal);
  if (asked.q) {
    run(asked, results, signal);
  }
}

function readQuestion(query) {
  const question = Object.fromEntries(query);
  return { q: "", mode: "hybrid", limit: String(LIMIT_DEFAULT), ...question };
}

class SearchForm {
  constructor(asked) {
    this.asked = asked;
    this.query = h("input", { type: "search", name: "query", value: asked.q, required: true, maxlength: 2000, autocomplete: "off" });
    this.limit = h("input", { type: "number", name: "limit", min: 1, max: LIMIT_MAX, required: true, value: asked.limit });
    this.agent = select([["", "Any agent"]]);
    this.kind = select(KINDS, asked.kind);
    this.quality = select(QUALITIES, asked.quality);
    this.conversation = h("input", { type: "text", name: "conversation", value: asked.conversation ?? "", autocomplete: "off", spellcheck: "false" });
    this.tags = h("input", { type: "text", name: "tags", value: asked.tags ?? "", autocomplete: "off", spellcheck: "false" });
    this.element = this.#form();
  }

  #form() {
    const { asked } = this;
    const filtered = ["agent", "kind", "quality", "conversation", "tags"].some((name) => asked[name]);
    return h(
      "form",
      { class: "panel search", role: "search", onsubmit: (event) => this.#submit(event) },
      h(
        "div",
        { class: "search-line" },
        field("What should be remembered?", this.query),
        h("button", { type: "submit", class: "main" }, "Search"),
      ),
      h("div", { class: "search-options" }, this.#modes(), field("Results", this.limit)),
      h(
        "details",
        { open: filtered },
        h("summary", {}, "Filters"),
        h(
          "div",
          { class: "filters" },
          field("Agent", this.agent),
          field("Kind", this.kind),
          field("Quality", this.quality),
          field("Conversation", this.conversation, "The caller's own id"),
          field("Tags", this.tags, "Separated by commas"),
        ),
      ),
    );
  }

  #modes() {
    const chosen = MODES.some(([mode]) => mode === this.asked.mode) ? this.asked.mode : MODES[0][0];
    const choices = MODES.map(([mode, label]) =>
      h(
        "label",
        {},
        h("input", { type: "radio", name: "mode", value: mode, checked: mode === chosen }),
        h("span", {}, label),
      ),
    );
    return h("fieldset", { class: "choice" }, h("legend", {}, "Mode"), h("div", {}, choices));
  }

  /** Agents are an aid to choosing: without them the search itself still works. */
  async offerAgents(signal) {
    const chosen = this.asked.agent ?? "";
    const { items } = await page("/api/agents", { limit: AGENTS_OFFERED_MAX }, { signal }).catch(() => ({ items: [] }));
    const offered = items.map((agent) => h("option", { value: agent.id }, agent.name ?? agent.id));
    if (chosen && !items.some((agent) => agent.id === chosen)) {
      offered.push(h("option", { value: chosen }, chosen));
    }
    this.agent.append(...offered);
    this.agent.value = chosen;
  }

  #submit(event) {
    event.preventDefault();
    const target = to("search", {
      q: this.query.value.trim(),
      mode: new FormData(this.element).get("mode"),
      limit: this.limit.value,
      agent: this.agent.value || (this.agent.options.length === 1 ? this.asked.agent : ""),
      kind: this.kind.value,
      quality: this.quality.value,
      conversation: this.conversation.value.trim(),
      tags: this.tags.value.trim(),
    });
    if (target === location.hash) {
      window.dispatchEvent(new HashChangeEvent("hashchange"));
    } else {
      location.hash = target;
    }
  }
}

async function run(asked, results, signal) {
  results.setAttribute("aria-busy", "true");
  results.replaceChildren(h("p", { class: "muted", role: "status" }, "Searching …"));
  try {
    const answer = await post("/api/memories/search", requestBody(asked), { signal });
    show(answer, asked, results);
  } catch (problem) {
    if (problem.category !== "left") {
      results.replaceChildren(problemNotice(problem, () => run(asked, results, signal)));
    }
  } finally {
    results.removeAttribute("aria-busy");
  }
}

function requestBody(asked) {
  const tags = (asked.tags ?? "").split(",").map((tag) => tag.trim()).filter(Boolean);
  return {
    query: asked.q,
    mode: asked.mode,
    limit: Number(asked.limit) || LIMIT_DEFAULT,
    agentId: asked.agent || undefined,
    kind: asked.kind || undefined,
    quality: asked.quality || undefined,
    conversation: asked.conversation || undefined,
    tags: tags.length > 0 ? tags : undefined,
  };
}

function show({ data, node, roundTripMillis }, asked, results) {
  const items = Array.isArray(data?.items) ? data.items : [];
  const told = [
    items.length === 0 ? "Nothing found" : count(items.length, "memory", "memories"),
    `searched in ${millis(data?.tookMillis)}`,
    `${millis(Math.round(roundTripMillis))} round trip`,
    node && `answered by ${node}`,
  ];
  const stems = stemsOf(asked.q);
  results.replaceChildren(
    h("p", { class: "told", role: "status" }, told.filter(Boolean).join(" · ")),
    items.length === 0
      ? h("p", { class: "muted" }, "Try other words, the mode “Meaning”, or fewer filters.")
      : h("ol", { class: "memories" }, items.map((item) => resultRow(item, stems, asked))),
  );
}

function resultRow(item, stems, asked) {
  return h(
    "li",
    { class: "memory", "data-memory": item.id },
    h("p", { class: "text" }, highlighted(String(item.text ?? ""), stems)),
    h("p", { class: "meta" }, memoryFacts(item, asked)),
  );
}

function memoryFacts(item, asked) {
  const facts = [
    h("span", { class: "score", title: "Score: comparable within one search only" }, score(item.score)),
    item.speaker && h("span", {}, item.speaker),
    item.at && h("time", { datetime: item.at }, dateTime(item.at)),
    item.kind && item.kind !== "CONVERSATION" && h("span", { class: "kind" }, word(item.kind)),
    ...(Array.isArray(item.tags) ? item.tags : []).map((tag) => h("span", { class: "tag" }, String(tag))),
  ];
  if (item.conversation) {
    const address = toConversation({
      agent: item.agentId ?? asked.agent,
      id: item.conversationId,
      external: item.conversation,
      memory: item.id,
    });
    const turn = Number.isInteger(item.turn) ? `, turn ${item.turn}` : "";
    const label = `${item.conversation}${turn}`;
    facts.push(h("a", { href: address, class: "conversation" }, label));
  }
  return facts;
}
