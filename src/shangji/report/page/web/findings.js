// Findings: by rule, each rule opens to its places; a card says everything about one finding.

function findingsView() {
  const rows = ruleRows().filter((row) => row.places);
  const columns = [
    { title: "疑点", class: "name", value: (row) => row.rule.title, show: (row) => link(address("rule", row.id), row.rule.title) },
    { title: "程度", value: (row) => Object.keys(WORDS.severities).indexOf(row.rule.severity), show: (row) => severityTag(row.rule.severity, row.rule.status) },
    { title: "维度", value: (row) => row.rule.dimension, show: (row) => WORDS.dimensions[row.rule.dimension] },
    { title: "处", number: true, value: (row) => row.places, show: (row) => grouped(row.places) },
    { title: "项目", number: true, value: (row) => row.projects, show: (row) => (row.projects === null ? "" : grouped(row.projects)) },
    { title: "涉及（万元）", number: true, value: (row) => row.stake, show: (row) => (row.stake === null ? "" : wan(row.stake)) },
    { title: "审减（万元）", number: true, value: (row) => row.cut, show: (row) => (row.cut ? wan(row.cut) : "") },
    { title: "依据", class: "name", value: (row) => row.rule.basis[0] && row.rule.basis[0][2], show: (row) => cutName(row.rule.basis.map((basis) => basis[2]).join("；")) },
  ];
  return make("section", { class: "panel" }, make("h2", {}, "疑点"), make("p", { class: "note" }, "试行规则只提示，不计分、不审减。点规则名看公式和依据，点＋看在哪些项目。"),
    sortable(columns, rows, { expand: PAGES ? null : (row) => findingTable(FINDINGS.filter((finding) => finding.rule === row.id)) }));
}

function ruleRows() {
  const causes = new Map(DATA.summary.causes.map((cause) => [cause.cause_id, centsOf(cause.cut_yuan)]));
  const found = groupedBy(FINDINGS, (row) => row.rule);
  return Object.keys(DATA.rules).map((id, at) => {
    const rule = DATA.rules[id];
    const mine = found.get(id) || [];
    const stakes = mine.filter((row) => row.stake !== null);
    return {
      at, id, rule, cut: causes.get(id) || 0,
      places: PAGES ? (rule.counts ? rule.counts[2] : 0) : mine.length,
      projects: PAGES ? null : new Set(mine.map((row) => row.project).filter((place) => place >= 0)).size,
      stake: stakes.length ? sumOf(stakes, (row) => row.stake) : null,
    };
  }).sort((a, b) => severityPlace(a.rule) - severityPlace(b.rule) || b.places - a.places);
}

function severityPlace(rule) {
  return Object.keys(WORDS.severities).indexOf(rule.severity) + (rule.status === "active" ? 0 : 10);
}

function findingTable(rows) {
  return sortable([
    { title: "项目", class: "name", value: (row) => row.project, show: (row) => (row.project < 0 ? "未归属项目（单位 " + row.unit_code + "）" : projectLink(PROJECTS[row.project])) },
    { title: "单位", class: "name", value: (row) => (row.project < 0 ? row.unit_code : PROJECTS[row.project].unit), show: (row) => (row.project < 0 ? row.unit_code : cutName(PROJECTS[row.project].unit)) },
    { title: "实为", number: true, show: (row) => row.measured },
    { title: "应为", number: true, show: (row) => row.allowed },
    { title: "涉及（万元）", number: true, value: (row) => row.stake, show: (row) => (row.stake === null ? "" : wan(row.stake)) },
    { title: "出处", class: "place", value: (row) => row.source, show: (row) => placeWords(row, DATA.rules[row.rule].field) },
  ], rows);
}

function findingCard(finding) {
  const rule = DATA.rules[finding.rule];
  const cut = (CUTS_OF.get(finding.project) || []).filter((row) => row.rule === finding.rule);
  const lines = [
    ["在哪里", placeWords(finding, rule.field)],
    ["实为", valueWords(finding, "measured", rule.field ? "" : rule.measured)],
    ["应为", valueWords(finding, "allowed", rule.allowed)],
    ["怎么判的", rule.fails],
    ["依据", basisList(rule)],
    ["所用标准", finding.standards],
    ["涉及", finding.stake === null ? "" : wan(finding.stake) + " 万元" + (cut.length ? "，审减 " + wan(sumOf(cut, (row) => row.asked - row.approved)) + " 万元" : "")],
    ["怎么改", filledIn(rule.remedy, finding)],
    ["请说明", rule.question],
    ["可能误报", rule.limits],
  ];
  return make("article", { class: "card " + (finding.status === "active" ? finding.severity : "hint") },
    make("h3", {}, severityTag(finding.severity, finding.status), " ", link(address("rule", finding.rule), rule.title), " ", make("small", {}, finding.rule)),
    make("p", { class: "message" }, filledIn(rule.message, finding)), facts(lines));
}

// A figure with its unit, and how it is made up where that is more than one cell.
function valueWords(finding, name, formula) {
  if (!finding[name]) return "";
  const value = finding[name] + (finding.kind === "money" ? " 元" : "");
  return formula && formula !== finding[name] ? value + "（" + formula + "）" : value;
}

function facts(lines) {
  return make("dl", {}, lines.filter(([, value]) => value && value !== "").map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

function basisList(rule) {
  return make("ul", { class: "plain" }, rule.basis.map(([kind, kindZh, text, note]) => make("li", {},
    link(address("basis", text), text), make("small", {}, " " + kindZh), note && note !== text ? make("span", { class: "quote" }, note) : null)));
}
