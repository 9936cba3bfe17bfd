// From an article or a standard to its rules, their projects and their yuan.

function basisView(name) {
  const rows = DATA.came_to.grounds.map((ground, at) => ({ ...ground, at }));
  if (name) {
    const one = rows.find((row) => row.name === name);
    return one ? basisPage(one) : missingView("本次没有用到这个依据：" + name);
  }
  const columns = [
    { title: "依据", class: "name", value: (row) => row.name, show: (row) => link(address("basis", row.name), row.name) },
    { title: "类别", value: (row) => row.kind, show: (row) => row.kind },
    { title: "规则", number: true, value: (row) => row.rules.length, show: (row) => String(row.rules.length) },
    { title: "疑点", number: true, value: (row) => row.findings, show: (row) => grouped(row.findings) },
    { title: "审减（万元）", number: true, value: (row) => row.cut, show: (row) => (row.cut ? wan(row.cut) : "") },
  ];
  return make("div", {}, citationPanel(), make("section", { class: "panel" }, make("h2", {}, "依据：条文 → 规则 → 项目 → 金额"),
    make("p", { class: "note" }, "一条规则有几个依据的，在每个依据下各列一次，所以各行不能相加。写着“条款待核”的只核到文号。"), sortable(columns, rows, {})));
}

// The bases that projects cite, held against the bureau's own texts; words are slices of the text.
function citationPanel() {
  if (!DATA.citations) return null;
  const { checked, unheld, found, found_held: known } = DATA.citations;
  const rows = CITATIONS.slice().sort((a, b) => Number(a.sound) - Number(b.sound) || a.at - b.at);
  const columns = [
    { title: "项目", class: "name", value: (row) => PROJECTS[row.project].name, show: (row) => projectLink(PROJECTS[row.project]) },
    { title: "所列依据", class: "name", value: (row) => row.told, show: (row) => row.told },
    { title: "核验结果", value: (row) => row.state, show: (row) => row.state },
    { title: "原文", class: "name", show: (row) => citedWords(row) },
  ];
  return make("section", { class: "panel" }, make("h2", {}, "项目所列依据与政策法规库核对"),
    make("p", { class: "note" }, "核对 " + grouped(checked) + " 项；未收录 " + grouped(unheld) + " 项，不作通过也不作不符，请上传原文。原文逐字照录，核验程序会再到原文里找一遍。"),
    found ? make("p", { class: "note" }, "所附资料里另外提到、没有列为依据的文件 " + grouped(found) + " 处，其中收录的 " + grouped(known) + " 处；没有收录的不作结论。") : null,
    rows.length ? sortable(columns, rows, {}) : null);
}

function citedWords(row) {
  if (!row.words) return row.title ? "《" + row.title + "》" : "";
  return [make("blockquote", {}, row.words), make("small", {}, "《" + row.title + "》" + row.article + " · " + row.place)];
}

function basisPage(ground) {
  const ids = new Set(ground.rules.map((row) => row[0]));
  const standard = (finding) => ground.kind !== "支出标准" || finding.standards.some((text) => DATA.texts[text] === ground.name);
  const found = FINDINGS.filter((finding) => ids.has(finding.rule) && finding.project >= 0 && standard(finding));
  const projects = Array.from(new Set(found.map((finding) => finding.project))).map((at) => PROJECTS[at]);
  const line = ([id, places, stake, cut]) => make("li", {}, ruleLink(id), " " + grouped(places) + " 处",
    stake ? "，涉及 " + wan(stake) + " 万元" : "", cut ? "，审减 " + wan(cut) + " 万元" : "");
  return make("section", { class: "panel" }, make("h2", {}, ground.name), make("p", {}, ground.kind),
    ground.says && ground.says !== ground.name ? make("blockquote", {}, ground.says) : null,
    make("h3", {}, "据此的规则"), make("ul", {}, ground.rules.map(line)),
    projects.length ? [make("h3", {}, "涉及的项目"), projectTable(projects)] : null);
}
