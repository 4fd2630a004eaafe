/**
 * The drawing of the two clusters: one card a node, and lines for the replication between them. Cards are made once
 * and then only changed where a value changed.
 */

import { h, setAttribute, setText, svg } from "./dom.js";
import { NONE, bytes, duration, millis, word } from "./format.js";
import { inStateSince, responseHistory } from "./health.js";
import { clusterOf, isReplica, isWriter, kindOf, stateIcon, stateOf } from "./states.js";

const SPARK_WIDTH = 120;
const SPARK_HEIGHT = 22;
const SPARK_SAMPLES = 60;

export class Drawing {
  #cards = new Map();
  #links = [];
  #lines = svg("svg", { class: "links", "aria-hidden": "true" });
  #labels = h("div", { class: "link-labels" });
  #clusters = h("div", { class: "clusters" });
  #resize = new ResizeObserver(() => this.#route());
  #names = "";

  constructor() {
    this.element = h("div", { class: "drawing" }, this.#lines, this.#clusters, this.#labels);
    this.#resize.observe(this.element);
  }

  dispose() {
    this.#resize.disconnect();
  }

  show(picture, decisions) {
    const nodes = picture.nodes;
    const names = nodes.map((node) => `${clusterOf(node)}/${isReplica(node)}/${node.name}`).join(" ");
    if (names !== this.#names) {
      this.#names = names;
      this.#build(nodes);
    }
    const reasons = new Map((decisions?.nodes ?? []).map((node) => [node.name, node]));
    for (const node of nodes) {
      this.#cards.get(node.name).show(node, isWriter(node, picture), reasons.get(node.name));
    }
    this.#showLinks(new Map(nodes.map((node) => [node.name, node])), picture);
    this.#route();
  }

  #build(nodes) {
    this.#cards = new Map(nodes.map((node) => [node.name, new Card(node.name)]));
    const groups = ["primary", "failover", ...nodes.map(clusterOf)];
    const clusters = [...new Set(groups)].map((name) => ({
      name,
      heads: nodes.filter((node) => clusterOf(node) === name && !isReplica(node)),
      replicas: nodes.filter((node) => clusterOf(node) === name && isReplica(node)),
    }));
    const present = clusters.filter((cluster) => cluster.heads.length + cluster.replicas.length > 0);
    this.#clusters.replaceChildren(...present.map((cluster) => this.#cluster(cluster)));
    this.#buildLinks(present);
  }

  #cluster({ name, heads, replicas }) {
    const row = (kind, nodes) =>
      nodes.length > 0 &&
      h("div", { class: `row ${kind}` }, nodes.map((node) => this.#cards.get(node.name).element));
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1)} cluster`;
    return h(
      "section",
      { class: "cluster", "data-cluster": name, "data-size": replicas.length, "aria-label": title },
      h("h2", {}, title),
      row("heads", heads),
      row("replicas", replicas),
    );
  }

  #buildLinks(clusters) {
    const physical = clusters.flatMap(({ heads, replicas }) =>
      heads.slice(0, 1).flatMap((head) => replicas.map((replica) => [head.name, replica.name, "streaming"])),
    );
    const [first, second] = clusters.map((cluster) => cluster.heads[0]?.name);
    const logical = first && second ? [[first, second, "logical"]] : [];
    this.#links = [...physical, ...logical].map(([from, to, kind]) => ({
      from,
      to,
      kind,
      line: svg("path", { class: "link" }),
      tip: svg("path", { class: "tip", d: "M0 0l-9 -4.5v9z" }),
      label: h("span", { class: "link-label", "data-link": `${from}-${to}` }),
    }));
    this.#lines.replaceChildren(...this.#links.flatMap((link) => [link.line, link.tip]));
    this.#labels.replaceChildren(...this.#links.map((link) => link.label));
  }

  #showLinks(nodes, picture) {
    for (const link of this.#links) {
      // Changes flow from the cluster that takes the writes, whichever that is at the moment.
      link.reversed = link.kind === "logical" && writesIn(picture, clusterOf(nodes.get(link.to)));
      const source = nodes.get(link.reversed ? link.to : link.from);
      const target = nodes.get(link.reversed ? link.from : link.to);
      const flow = flowOf(source, target);
      for (const part of [link.line, link.tip, link.label]) {
        setAttribute(part, "data-flow", flow);
      }
      setAttribute(link.line, "data-kind", link.kind);
      setText(link.label, linkText(link.kind, flow, target));
    }
  }

  /** Lays the lines along where the cards are now; the cards themselves are placed by the style sheet. */
  #route() {
    const frame = this.element.getBoundingClientRect();
    if (frame.width === 0) {
      return;
    }
    setAttribute(this.#lines, "viewBox", `0 0 ${frame.width} ${frame.height}`);
    const gutter = this.#gutter(frame);
    for (const link of this.#links) {
      const from = place(this.#cards.get(link.from).element, frame);
      const to = place(this.#cards.get(link.to).element, frame);
      draw(link, from, to, gutter);
    }
  }

  /** Where lines and labels between the clusters have room. */
  #gutter(frame) {
    const cards = [...this.#cards.values()].map((card) => place(card.element, frame));
    const [first, second] = [...this.#clusters.children].map((cluster) => place(cluster, frame));
    return {
      right: Math.max(...cards.map((card) => card.right)),
      firstRight: first.right,
      between: second ? (first.bottom + second.top) / 2 : first.bottom,
    };
  }
}

function place(element, frame) {
  const box = element.getBoundingClientRect();
  return {
    left: box.left - frame.left,
    right: box.right - frame.left,
    top: box.top - frame.top,
    bottom: box.bottom - frame.top,
    x: (box.left + box.right) / 2 - frame.left,
    y: (box.top + box.bottom) / 2 - frame.top,
  };
}

function draw(link, from, to, gutter) {
  const path = pathBetween(link, from, to, gutter);
  setAttribute(link.line, "d", path.d);
  const { x, y, angle } = link.reversed ? path.start : path.end;
  setAttribute(link.tip, "transform", `translate(${x} ${y}) rotate(${angle})`);
  setAttribute(link.label, "data-side", path.label.side);
  link.label.style.left = `${path.label.x}px`;
  link.label.style.top = `${path.label.y}px`;
}

function pathBetween(link, from, to, gutter) {
  if (link.kind === "logical") {
    return to.left > from.right ? across(from, to, gutter) : around(from, to, gutter);
  }
  const besideTrunk = to.left > from.left + 8 && to.left - from.left < 60;
  return besideTrunk ? stepped(from, to) : downwards(from, to);
}

/** Clusters side by side: straight over the gap between them. */
function across(from, to, gutter) {
  const y = from.top + Math.min(from.bottom - from.top, to.bottom - to.top) / 2;
  return {
    d: `M${from.right} ${y}H${to.left}`,
    start: { x: from.right, y, angle: 180 },
    end: { x: to.left, y, angle: 0 },
    label: { x: (gutter.firstRight + to.left) / 2, y, side: "on" },
  };
}

/** Clusters below each other: along the right edge, past the replicas of the upper one. */
function around(from, to, gutter) {
  const x = gutter.right + 8;
  return {
    d: `M${from.right} ${from.y}H${x - 6}q6 0 6 6V${to.y - 6}q0 6 -6 6H${to.right}`,
    start: { x: from.right, y: from.y, angle: 180 },
    end: { x: to.right, y: to.y, angle: 180 },
    label: { x: x - 8, y: gutter.between, side: "before" },
  };
}

function downwards(from, to) {
  const trunk = from.bottom + Math.min(14, (to.top - from.bottom) / 2);
  const offset = to.x - from.x;
  const bend = Math.min(8, Math.abs(offset) / 2, trunk - from.bottom);
  const side = Math.sign(offset) * bend;
  const turn = `V${trunk - bend}q0 ${bend} ${side} ${bend}H${to.x - side}q${side} 0 ${side} ${bend}`;
  return {
    d: `M${from.x} ${from.bottom}${Math.abs(offset) < 1 ? "" : turn}V${to.top}`,
    start: { x: from.x, y: from.bottom, angle: -90 },
    end: { x: to.x, y: to.top, angle: 90 },
    label: { x: to.x + 8, y: (trunk + to.top) / 2 + 2, side: "after" },
  };
}

/** One column: a trunk along the left edge, with a step to each replica. */
function stepped(from, to) {
  const x = from.left + (to.left - from.left) / 2;
  return {
    d: `M${x} ${from.bottom}V${to.y - 8}q0 8 8 8H${to.left}`,
    start: { x, y: from.bottom, angle: -90 },
    end: { x: to.left, y: to.y, angle: 0 },
    label: { x: to.left, y: to.top - 13, side: "after" },
  };
}

function flowOf(source, target) {
  const kinds = [kindOf(stateOf(source)), kindOf(stateOf(target))];
  if (kinds.includes("bad")) {
    return "broken";
  }
  return kinds.includes("none") ? "unknown" : "flowing";
}

function linkText(kind, flow, target) {
  if (flow === "broken") {
    return `${kind} interrupted`;
  }
  return typeof target?.lagMillis === "number" ? `${kind} ${millis(target.lagMillis)}` : kind;
}

function writesIn(picture, cluster) {
  return String(picture.writer ?? "").toLowerCase() === cluster;
}

class Card {
  #icon = h("span", { class: "icon" });
  #state = h("span", { class: "state" });
  #since = h("span", { class: "since" });
  #role = h("span", { class: "role" });
  #writer = h("span", { class: "writer", hidden: true }, "Writer");
  #why = h("p", { class: "why", hidden: true });
  #values = new Map();
  #spark = svg("polyline", { class: "trace", points: "" });
  #kind = null;

  constructor(name) {
    const rows = ["Lag", "Response", "Connections", "Version", "TLS"].map((label) => {
      const value = h("dd", {});
      this.#values.set(label, value);
      return h("div", {}, h("dt", {}, label), value);
    });
    const chart = svg(
      "svg",
      {
        class: "spark",
        viewBox: `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`,
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": "Response time over the last minute",
      },
      this.#spark,
    );
    this.element = h(
      "article",
      { class: "node", "data-node": name, "aria-label": name },
      h("header", {}, h("h3", {}, name), this.#writer),
      h("p", { class: "condition" }, this.#icon, this.#state, this.#since, this.#role),
      this.#why,
      h("dl", {}, rows),
      chart,
    );
  }

  show(node, writer, decision) {
    const state = stateOf(node);
    const kind = kindOf(state);
    if (kind !== this.#kind) {
      this.#kind = kind;
      this.#icon.replaceChildren(stateIcon(kind));
    }
    setAttribute(this.element, "data-state", state);
    setAttribute(this.element, "data-kind", kind);
    setAttribute(this.element, "data-writer", writer);
    setText(this.#state, word(state));
    setText(this.#since, sinceText(node.name, decision));
    setText(this.#role, word(node.role ?? ""));
    this.#writer.hidden = !writer;
    this.#showReason(kind === "ok" ? null : (decision?.why ?? decision?.reason ?? node.why ?? node.reason));
    this.#showValues(node);
    setAttribute(this.#spark, "points", trace(responseHistory(node.name)));
  }

  #showReason(reason) {
    this.#why.hidden = !reason;
    setText(this.#why, reason ?? "");
  }

  #showValues(node) {
    const set = (label, text, title = "") => {
      setText(this.#values.get(label), text);
      setAttribute(this.#values.get(label), "title", title);
    };
    set("Lag", lagText(node));
    set("Response", millis(node.responseMillis));
    set("Connections", node.activeConnections ?? NONE);
    const version = String(node.version ?? "");
    set("Version", version.match(/\d+(\.\d+)*/)?.[0] ?? (version || NONE), version);
    set("TLS", tlsText(node.tls));
    setAttribute(this.#values.get("TLS"), "data-warning", tlsText(node.tls) === "off");
  }
}

function lagText(node) {
  if (typeof node.lagMillis !== "number" && typeof node.lagBytes !== "number") {
    return NONE;
  }
  const parts = [typeof node.lagMillis === "number" && millis(node.lagMillis)];
  parts.push(typeof node.lagBytes === "number" && bytes(node.lagBytes));
  return parts.filter(Boolean).join(" · ");
}

function tlsText(tls) {
  if (typeof tls === "boolean") {
    return tls ? "on" : "off";
  }
  return tls || NONE;
}

function sinceText(name, decision) {
  // What this page saw change is newer than what the server last told about its decisions.
  const since = inStateSince(name) ?? Date.parse(decision?.since ?? "");
  return since ? `for ${duration(Math.max(0, Date.now() - since))}` : "";
}

/** Newest at the right edge. A sample without an answer leaves the line where it was and is told by the state. */
function trace(samples) {
  const measured = samples.filter((sample) => sample !== null);
  const top = Math.max(5, ...measured);
  const step = SPARK_WIDTH / (SPARK_SAMPLES - 1);
  return samples
    .map((sample, index) => [SPARK_WIDTH - (samples.length - 1 - index) * step, sample])
    .filter(([, sample]) => sample !== null)
    .map(([x, sample]) => `${x.toFixed(1)},${(SPARK_HEIGHT - 2 - (sample / top) * (SPARK_HEIGHT - 4)).toFixed(1)}`)
    .join(" ");
}
