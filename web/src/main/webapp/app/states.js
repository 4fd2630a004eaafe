/** The few kinds of health that a person must tell apart, by word, shape and colour: never by colour alone. */

import { svg } from "./dom.js";

const KINDS = {
  up: "ok",
  healthy: "ok",
  ok: "ok",
  down: "bad",
  dead: "bad",
  failed: "bad",
  unreachable: "bad",
  suspect: "warn",
  lagging: "warn",
  unknown: "none",
  unmeasured: "none",
  "": "none",
};

export const stateOf = (node) => String(node?.state ?? "unknown").toLowerCase();

/** A word the page does not know is a warning: an operator should look at what is unexpected. */
export const kindOf = (state) => KINDS[String(state ?? "").toLowerCase()] ?? "warn";

const SHAPES = {
  ok: [
    ["circle", { cx: 8, cy: 8, r: 7 }],
    ["path", { class: "sign", d: "M4.8 8.3l2.2 2.2 4.2-4.6" }],
  ],
  warn: [
    ["path", { d: "M8 .9l7.4 13.6H.6z" }],
    ["path", { class: "sign", d: "M8 6v4M8 12.2v.1" }],
  ],
  bad: [
    ["path", { d: "M4.9.8h6.2l4.1 4.1v6.2l-4.1 4.1H4.9L.8 11.1V4.9z" }],
    ["path", { class: "sign", d: "M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4" }],
  ],
  none: [
    ["circle", { class: "hollow", cx: 8, cy: 8, r: 6.2 }],
    ["path", { class: "mark", d: "M5 8h6" }],
  ],
};

export function stateIcon(kind) {
  return svg(
    "svg",
    { class: `state-icon ${kind}`, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
    SHAPES[kind].map(([name, attributes]) => svg(name, attributes)),
  );
}

const clusterOfName = (name) => (/^failover/i.test(name) ? "failover" : "primary");

/** Which of the two clusters a node belongs to; the drawing and the summary must agree. */
export const clusterOf = (node) => (node.cluster ?? clusterOfName(node.name)).toLowerCase();

export const isReplica = (node) => /replica|standby/i.test(node.role ?? node.name);

/** `writer` names a cluster; the node that takes its writes is the one that is no replica. */
export function isWriter(node, picture) {
  const writer = String(picture.writer ?? "").toLowerCase();
  return writer !== "" && (node.name.toLowerCase() === writer || (clusterOf(node) === writer && !isReplica(node)));
}

/** One line for the whole: what is not up, by name. Red means that nothing can be written; less is a warning. */
export function summary(picture) {
  const nodes = picture.nodes;
  const troubled = nodes.filter((node) => kindOf(stateOf(node)) !== "ok");
  if (!picture.writer) {
    return { kind: "bad", text: "No cluster accepts writes" };
  }
  if (troubled.length === 0) {
    return { kind: "ok", text: `All ${nodes.length} nodes up` };
  }
  const lost = troubled.find((node) => isWriter(node, picture) && kindOf(stateOf(node)) === "bad");
  if (lost) {
    return { kind: "bad", text: `The writer, ${lost.name}, is ${stateOf(lost)}` };
  }
  const names = troubled.map((node) => `${node.name} ${stateOf(node)}`);
  const text = names.length > 2 ? `${troubled.length} of ${nodes.length} nodes not up` : names.join(", ");
  return { kind: "warn", text };
}
