// From an article to its rules, their projects and their yuan.

function basisRows() {
  const found = new Map();
  for (const row of ruleRows()) {
    for (const [kind, kindZh, text, note] of row.rule.basis) {
      if (!found.has(text)) found.set(text, { at: found.size, text, kind, kindZh, note, rules: [] });
      const entry = found.get(text);
      if (!entry.rules.includes(row)) entry.rules.push(row);
    }
  }
  return Array.from(found.values()).map((entry) => ({
    ...entry, places: sumOf(entry.rules, (row) => row.places), cut: sumOf(entry.rules, (row) => row.cut),
    projects: projectsUnder(entry.rules),
  }));
}

function projectsUnder(rows) {
  const ids = new Set(rows.map((row) => row.id));
  return Array.from(new Set(FINDINGS.filter((finding) => ids.has(finding.rule) && finding.project >= 0).map((finding) => finding.project))).map((at) => PROJECTS[at]);
}

function basisView(text) {
  const rows = basisRows();
  const one = text && rows.find((row) => row.text === text);
  if (text) return one ? basisPage(one) : missingView("本次没有用到这个依据：" + text);
  const columns = [
    { title: "依据", class: "name", value: (row) => row.text, show: (row) => link(address("basis", row.text), row.text) },
    { title: "类别", value: (row) => row.kindZh, show: (row) => row.kindZh },
    { title: "规则", number: true, value: (row) => row.rules.length, show: (row) => String(row.rules.length) },
    { title: "疑点", number: true, value: (row) => row.places, show: (row) => grouped(row.places) },
    { title: "项目", number: true, value: (row) => row.projects.length, show: (row) => (PAGES ? "" : grouped(row.projects.length)) },
    { title: "审减（万元）", number: true, value: (row) => row.cut, show: (row) => wan(row.cut) },
  ];
  rows.sort((a, b) => b.cut - a.cut || b.places - a.places);
  return make("section", { class: "panel" }, make("h2", {}, "依据：条文 → 规则 → 项目 → 金额"),
    make("p", { class: "note" }, "一条规则有几个依据的，在每个依据下各列一次，所以各行不能相加。写着“条款待核”的只核到文号。"), sortable(columns, rows, {}));
}

function basisPage(entry) {
  return make("section", { class: "panel" }, make("h2", {}, entry.text), make("p", {}, entry.kindZh), entry.note && entry.note !== entry.text ? make("blockquote", {}, entry.note) : null,
    make("h3", {}, "据此的规则"), make("ul", {}, entry.rules.map((row) => make("li", {}, severityTag(row.rule.severity, row.rule.status), " ",
      link(address("rule", row.id), row.rule.title), " " + grouped(row.places) + " 处" + (row.cut ? "，审减 " + wan(row.cut) + " 万元" : "")))),
    entry.projects.length ? [make("h3", {}, "涉及的项目"), projectTable(entry.projects)] : null);
}
