/** The live topology: a summary, the drawing, and what changed while somebody watched. */

import { announce, h, setAttribute, setText } from "./dom.js";
import { Drawing } from "./drawing.js";
import { NONE, clock, dateTime, duration, word } from "./format.js";
import { health, onHealth } from "./health.js";
import { kindOf, stateIcon, stateOf, summary } from "./states.js";

export const title = "Topology";

export function mount(container) {
  const drawing = new Drawing();
  const facts = new Facts();
  const stale = h("div", { class: "notice stale", hidden: true });
  const waiting = h("p", { class: "muted" }, "Asking the application for the state of the databases …");
  const changes = h("ol", { class: "changes" });
  const decisions = h("section", { class: "panel", "aria-label": "Decisions", hidden: true });
  container.append(
    h("div", { class: "page-head" }, h("h1", { tabindex: "-1" }, title)),
    stale,
    facts.element,
    waiting,
    drawing.element,
    h("div", { class: "below" }, changesPanel(changes), decisions),
  );
  let shown = null;
  const stop = onHealth(() => {
    waiting.hidden = health.picture !== null || health.problem !== null;
    showStale(stale);
    facts.show();
    drawing.element.hidden = health.picture === null;
    setAttribute(drawing.element, "data-stale", health.failingSince !== null);
    if (health.picture) {
      drawing.show(health.picture, health.decisions);
    }
    if (health.changes[0] !== shown || !changes.firstChild) {
      shown = health.changes[0];
      showChanges(changes, health.changes);
    }
    showDecisions(decisions, health.decisions);
  });
  return () => {
    stop();
    drawing.dispose();
  };
}

class Facts {
  #values = new Map();
  #status = h("dd", { class: "status" });
  #shown = "";

  constructor() {
    const fact = (label) => {
      const value = h("dd", {});
      this.#values.set(label, value);
      return h("div", { "data-fact": label.toLowerCase() }, h("dt", {}, label), value);
    };
    this.element = h(
      "dl",
      { class: "facts", hidden: true },
      h("div", { "data-fact": "status" }, h("dt", {}, "Status"), this.#status),
      ["Writer", "Epoch", "Nodes up", "Updated"].map(fact),
    );
  }

  show() {
    const { picture } = health;
    this.element.hidden = picture === null;
    setAttribute(this.element, "data-stale", health.failingSince !== null);
    if (!picture) {
      return;
    }
    const { kind, text } = summary(picture);
    if (`${kind} ${text}` !== this.#shown) {
      this.#shown = `${kind} ${text}`;
      this.#status.replaceChildren(stateIcon(kind), text);
    }
    const up = picture.nodes.filter((node) => kindOf(stateOf(node)) === "ok").length;
    setText(this.#values.get("Writer"), picture.writer ?? "none");
    setText(this.#values.get("Epoch"), picture.epoch ?? NONE);
    setText(this.#values.get("Nodes up"), `${up} of ${picture.nodes.length}`);
    setText(this.#values.get("Updated"), clock(health.receivedAt));
  }
}

function showStale(notice) {
  notice.hidden = health.failingSince === null;
  if (notice.hidden) {
    return;
  }
  const missing = duration(Date.now() - health.failingSince);
  const picture = health.picture
    ? `The picture below is from ${clock(health.receivedAt)} and no longer live.`
    : "There is no picture yet.";
  if (!notice.firstChild) {
    notice.append(h("div", {}, h("strong", { role: "alert" }), h("p", {}), h("p", { class: "muted" })));
  }
  const [headline, text, cause] = notice.firstChild.children;
  const since = clock(health.failingSince);
  // Only the headline is an alert: the counted seconds would otherwise be read out again and again.
  setText(headline, `The application cannot be reached since ${since}`);
  setText(text, picture);
  setText(cause, `${health.problem?.detail ?? ""} Trying again every second, for ${missing} so far.`.trim());
}

function changesPanel(list) {
  return h(
    "section",
    { class: "panel", "aria-label": "State changes" },
    h("h2", {}, "State changes"),
    h("p", { class: "muted" }, "Seen by this page, newest first."),
    list,
  );
}

function showChanges(list, changes) {
  if (changes.length === 0) {
    list.replaceChildren(h("li", { class: "muted" }, "Nothing has changed since the page was opened."));
    return;
  }
  list.replaceChildren(...changes.slice(0, 50).map(changeRow));
  const [latest] = changes;
  announce(`${latest.subject}: ${latest.to}`);
}

function changeRow({ at, subject, from, to, heldMillis }) {
  const kind = to === "answering" ? "ok" : to === "none" ? "bad" : kindOf(String(to));
  const isHealth = subject !== "writer" && subject !== "epoch";
  const held = heldMillis === undefined ? "" : ` after ${duration(heldMillis)}`;
  return h(
    "li",
    { "data-subject": subject, "data-to": to },
    h("time", { datetime: new Date(at).toISOString() }, clock(at)),
    stateIcon(isHealth || to === "none" ? kind : "none"),
    h("span", {}, h("strong", {}, subject), ` ${from} → ${to}${held}`),
  );
}

const SWITCHES = ["switches", "lastSwitches", "decisions", "history"];

function showDecisions(panel, decisions) {
  const key = decisions && SWITCHES.find((name) => Array.isArray(decisions[name]));
  const entries = key ? decisions[key] : [];
  const why = decisions?.why ?? decisions?.reason;
  panel.hidden = !decisions;
  const signature = JSON.stringify([decisions?.since, why, entries]);
  if (panel.hidden || panel.dataset.shown === signature) {
    return;
  }
  panel.dataset.shown = signature;
  const since = decisions.since && `Writer since ${dateTime(decisions.since)}`;
  const about = [since, why].filter(Boolean).join(": ");
  const rows = entries.slice(0, 50).map(decisionRow);
  panel.replaceChildren(
    h("h2", {}, "Decisions"),
    h("p", { class: "muted" }, about || "Taken by the application, newest first."),
    rows.length > 0
      ? h("ol", { class: "changes dated" }, rows)
      : h("p", { class: "muted" }, "No switch of the writer is recorded."),
  );
}

function decisionRow(entry) {
  const at = entry.at ?? entry.since ?? entry.when ?? entry.startedAt;
  const what = [entry.node ?? entry.name, arrow(entry.from, entry.to)].filter(Boolean).join(" ");
  const why = entry.why ?? entry.reason ?? entry.detail;
  const epoch = entry.epoch === undefined ? null : `epoch ${entry.epoch}`;
  return h(
    "li",
    {},
    h("time", {}, dateTime(at)),
    h("span", {}, h("strong", {}, what || "switch"), [why, epoch].filter(Boolean).map((text) => ` · ${text}`)),
  );
}

const arrow = (from, to) => (from || to ? `${word(from ?? NONE)} → ${word(to ?? NONE)}` : null);
