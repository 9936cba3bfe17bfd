// Findings: by rule, each rule opens to its places; a card says everything about one finding.

function findingsView() {
  const rows = ruleRows().filter((row) => row.places);
  const columns = [
    { title: "疑点", class: "name", value: (row) => row.rule.title, show: (row) => link(address("rule", row.id), row.rule.title) },
    { title: "程度", value: (row) => Object.keys(WORDS.severities).indexOf(row.rule.severity), show: (row) => severityTag(row.rule.severity, row.rule.status) },
    { title: "维度", value: (row) => row.rule.dimension, show: (row) => WORDS.dimensions[row.rule.dimension] },
    { title: "处", number: true, value: (row) => row.places, show: (row) => grouped(row.places) },
    ...(MONEY_ASKED ? [{ title: "项目", number: true, value: (row) => row.projects, show: (row) => grouped(row.projects) }] : []),
    { title: "涉及（万元）", number: true, value: (row) => row.stake, show: (row) => (row.stake ? wan(row.stake) : "") },
    ...(MONEY_ASKED ? [{ title: "审减（万元）", number: true, value: (row) => row.cut, show: (row) => (row.cut ? wan(row.cut) : "") }] : []),
    { title: "依据", class: "name", value: (row) => row.rule.basis[0] && row.rule.basis[0][1], show: (row) => cutName(row.rule.basis.map((basis) => basis[1]).join("；")) },
  ];
  return make("section", { class: "panel" }, make("h2", {}, "疑点"), make("p", { class: "note" }, "试行规则只提示，不计分、不审减。点规则名看公式和依据，点＋看在哪些项目。"),
    sortable(columns, rows, { expand: PAGES ? null : (row) => findingTable(FINDINGS.filter((finding) => finding.rule === row.id)) }));
}

// What each rule came to is counted once, where the tables are; here it is only put in order.
function ruleRows() {
  return Object.keys(DATA.rules).map((id, at) => {
    const [places, , projects, stake, cut] = DATA.came_to.rules[id] || [0, 0, 0, 0, 0];
    return { at, id, rule: DATA.rules[id], places, projects, stake, cut };
  }).sort((a, b) => severityPlace(a.rule) - severityPlace(b.rule) || b.places - a.places);
}

function severityPlace(rule) {
  return Object.keys(WORDS.severities).indexOf(rule.severity) + (rule.status === "active" ? 0 : 10);
}

function findingTable(rows) {
  return sortable([
    { title: "对象", class: "name", value: (row) => row.project, show: subjectLink },
    { title: "单位", class: "name", value: (row) => (row.project < 0 ? row.unit_code : PROJECTS[row.project].unit), show: (row) => (row.project < 0 ? row.unit_code : cutName(PROJECTS[row.project].unit)) },
    { title: "实为", number: true, show: (row) => row.measured },
    { title: "应为", number: true, show: (row) => row.allowed },
    { title: "涉及（万元）", number: true, value: (row) => row.stake, show: (row) => (row.stake === null ? "" : wan(row.stake)) },
    { title: "出处", class: "place", value: (row) => row.source, show: (row) => placeWords(row, DATA.rules[row.rule].field) },
  ], rows);
}

// A project, an evaluated row by its name, or else the unit alone.
function subjectLink(row) {
  if (row.project >= 0) return projectLink(PROJECTS[row.project]);
  const other = evaluatedOf(row.rule, row.key);
  if (other) return cutName(other.row.label, address("framework", other.framework.name, { key: row.key }));
  return "未归属项目（单位 " + row.unit_code + "）";
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
    ["所用标准", finding.standards.map((text, at) => [at ? "；" : "", link(address("basis", DATA.texts[text]), DATA.texts[text])])],
    ["涉及", finding.stake === null ? "" : wan(finding.stake) + " 万元" + (cut.length ? "，审减 " + wan(sumOf(cut, (row) => row.asked - row.approved)) + " 万元" : "")],
    ["怎么改", finding.remedy],
    ["原文", finding.quotes.map(quoteShown)],
    ["单位说明", finding.answers.map((text) => make("p", { class: "answer" }, DATA.texts[text]))],
    ["可能误报", rule.limits],
  ];
  return make("article", { class: "card " + (finding.status === "active" ? finding.severity : "hint") },
    make("h3", {}, severityTag(finding.severity, finding.status), " ", link(address("rule", finding.rule), rule.title), " ", make("small", {}, finding.rule)),
    make("p", { class: "message" }, filledIn(rule.message, finding)), facts(lines));
}

// Words of a document as they stand there, with the strip of the page where one was drawn.
function quoteShown([words, place, sure, picture]) {
  const doubt = Number(sure) < 0.9 ? " · 可信度 " + sure + "，请看原件" : "";
  const strip = DATA.texts[picture] ? make("img", { class: "strip", src: DATA.texts[picture], alt: "原文所在的几行" }) : null;
  return make("div", { class: "quoted" }, make("blockquote", {}, DATA.texts[words]), make("small", {}, DATA.texts[place] + doubt), strip);
}

// A figure with its unit, and how it is made up where that is more than one cell.
function valueWords(finding, name, formula) {
  if (!finding[name]) return "";
  const value = finding.kind === "money" ? finding[name] + " 元" : namedKey(finding[name]);
  return formula && formula !== finding[name] ? [value, "（" + formula + "）"] : value;
}

function facts(lines) {
  return make("dl", {}, lines.filter(([, value]) => value && value.length !== 0).map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

function basisList(rule) {
  return make("ul", { class: "plain" }, rule.basis.map(([kind, text, says]) => make("li", {},
    link(address("basis", text), text), make("small", {}, " " + kind), says && says !== text ? make("span", { class: "quote" }, says) : null)));
}
