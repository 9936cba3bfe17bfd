// One rule: what it asks, on what basis, what it found, where it may be wrong.

function ruleView(id) {
  const rule = DATA.rules[id];
  if (!rule) return missingView("没有这条规则：" + id);
  const rows = FINDINGS.filter((finding) => finding.rule === id);
  const cut = DATA.summary.causes.find((cause) => cause.cause_id === id);
  return make("section", { class: "panel" }, make("h2", {}, severityTag(rule.severity, rule.status), " ", rule.title, " ", make("small", {}, id)),
    facts([
      ["对象", rule.subject + " · " + WORDS.dimensions[rule.dimension] + " · " + WORDS.statuses[rule.status] + " · " + WORDS.visible[rule.visible]],
      ["适用", rule.applies], ["不符", rule.fails], ["依据", basisList(rule)], ["请说明", rule.question],
      ["可能误报", rule.limits],
      ["本次", rule.counts ? grouped(rule.counts[0]) + " 行中适用 " + grouped(rule.counts[1]) + " 行：不符 " + grouped(rule.counts[2]) + "，不知道 " + grouped(rule.counts[3]) + "，通过 " + grouped(rule.counts[1] - rule.counts[2] - rule.counts[3]) + (DATA.head.department ? "（全部部门）" : "") : "没有运行（数据里没有这张表，或规则未启用）"],
      ["审减", cut ? wan(centsOf(cut.cut_yuan)) + " 万元，" + cut.projects + " 个项目" : ""],
    ]),
    rows.length ? [make("h3", {}, "发现 " + grouped(rows.length) + " 处"), findingTable(rows)] : null);
}
