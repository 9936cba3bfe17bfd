// Scores as bars: got is solid, what material can still win is hatched blue-grey,
// lost is white, what others owe is hatched grey and outside the full marks.

function scoreBar(weight, low, high, full, cut) {
  const whole = Math.max(weight * 100, full * 100, 1);
  const bar = make("div", { class: "scorebar", "aria-hidden": "true" });
  const put = (kind, from, to) => {
    if (to <= from) return;
    const piece = make("span", { class: "piece " + kind });
    piece.style.left = (from / whole) * 100 + "%";
    piece.style.width = ((to - from) / whole) * 100 + "%";
    bar.append(piece);
  };
  put("got", 0, low);
  put("open", low, high);
  put("lost", high, full * 100);
  put("owed", full * 100, whole);
  if (cut) {
    const line = make("span", { class: "line" });
    line.style.left = cut * (full * 100 / whole) + "%";
    bar.append(line);
  }
  return bar;
}

function scoreWords(low, high, full) {
  if (!full) return "不知道";
  return (low === high ? points(low) : points(low) + " 至 " + points(high)) + " / " + full;
}

function barLegend(cut) {
  const entry = (kind, says) => make("li", {}, make("span", { class: "swatch " + kind, "aria-hidden": "true" }), says);
  return make("ul", { class: "legend" }, entry("got", "得分"), entry("open", "不知道：单位补材料可得"), entry("lost", "失分"),
    entry("owed", "不知道：财政或外部数据未到，不计入满分"), cut ? entry("line", "界线 " + points(cut) + "%") : null);
}

function scoreTree(framework, row) {
  const leavesUnder = (name) => framework.nodes.filter((node) => node.parent === name);
  const weightOf = (node) => node.weight || sumOf(leavesUnder(node.name), weightOf);
  const line = (node, depth) => {
    const at = framework.nodes.indexOf(node);
    const [low, high, full] = [row.low[at], row.high[at], row.full[at]];
    const step = low === high && full ? node.steps.find(([value]) => value === low) : null;
    const says = !full ? "财政或外部数据未到" : step ? step[1] : low !== high ? "待补材料" : "";
    return [make("div", { class: "scoreline depth-" + depth },
      make("span", { class: "label", title: node.note }, node.zh),
      scoreBar(weightOf(node), low, high, full, depth === 0 && framework.cut ? framework.cut / 100 : 0),
      make("span", { class: "amount" }, scoreWords(low, high, full)), make("span", { class: "says" }, says)),
    leavesUnder(node.name).map((child) => line(child, depth + 1))];
  };
  return make("div", { class: "scores" }, framework.nodes.filter((node) => !node.parent).map((node) => line(node, 0)), barLegend(framework.cut));
}
