// Every cut with its cause; by cause and line by line the sums are the same.

function cutsView() {
  const causes = DATA.summary.causes.map((cause, at) => ({ ...cause, at, cut: centsOf(cause.cut_yuan) }));
  const byCause = sortable([
    { title: "原因", class: "name", value: (row) => row.zh, show: (row) => link(address("rule", row.cause_id), row.zh) },
    { title: "项目", number: true, value: (row) => row.projects, show: (row) => grouped(row.projects) },
    { title: "审减（万元）", number: true, value: (row) => row.cut, show: (row) => wan(row.cut) },
  ], causes, { total: (all) => ["合计", "", wan(sumOf(all, (row) => row.cut))] });
  const rows = CUTS.map((row) => ({ ...row, cut: row.asked - row.approved }));
  const each = sortable([
    { title: "项目", class: "name", value: (row) => PROJECTS[row.project].name, show: (row) => projectLink(PROJECTS[row.project]) },
    { title: "单位", class: "name", value: (row) => PROJECTS[row.project].unit, show: (row) => cutName(PROJECTS[row.project].unit) },
    { title: "明细", value: (row) => row.line, show: (row) => (row.line ? "明细 " + row.line : "项目") },
    { title: "资金", value: (row) => row.fund, show: (row) => row.fund },
    { title: "申报（万元）", number: true, value: (row) => row.asked, show: (row) => wan(row.asked) },
    { title: "核定（万元）", number: true, value: (row) => row.approved, show: (row) => wan(row.approved) },
    { title: "审减（万元）", number: true, value: (row) => row.cut, show: (row) => wan(row.cut) },
    { title: "原因", class: "name", value: (row) => row.rule, show: (row) => ruleLink(row.rule) },
    { title: "同时发现", class: "name", show: (row) => ruleLinks(row.also.map((text) => DATA.texts[text])) },
  ], rows, { total: (all) => ["合计", "", "", "", "", "", wan(sumOf(all, (row) => row.cut)), "", ""] });
  return make("section", { class: "panel" }, make("h2", {}, "审减"),
    causes.length ? [make("h3", {}, "按原因"), byCause, PAGES ? null : [make("h3", {}, "逐行"), each]] : make("p", {}, "没有启用规则给出更低的金额。"));
}

function ruleLinks(ids) {
  return ids.map((id, at) => [at ? "、" : "", ruleLink(id)]);
}

function ruleLink(id) {
  return DATA.rules[id] ? link(address("rule", id), DATA.rules[id].title) : id;
}
