// Projects: filter, search, sort. The totals are those of the rows that the filters leave.

function projectColumns() {
  return [
    { title: "名次", number: true, value: (row) => row.rank, show: (row) => (row.rank === null ? "" : String(row.rank)) },
    { title: "项目", class: "name", value: (row) => row.name, show: (row) => [projectLink(row), make("small", {}, row.code)] },
    { title: "单位", class: "name", value: (row) => row.unit, show: (row) => cutName(row.unit) },
    { title: "入库", value: (row) => row.gate, show: (row) => gateWords(row.gate) },
    { title: "等级", value: (row) => row.grade, show: (row) => gradeWords(row) },
    { title: "申报（万元）", number: true, value: (row) => row.asked, show: (row) => wan(row.asked) },
    { title: "审减（万元）", number: true, value: (row) => row.cut, show: (row) => wan(row.cut) },
    { title: "核定（万元）", number: true, value: (row) => row.approved, show: (row) => wan(row.approved) },
    { title: "疑点", number: true, value: (row) => row.fail, show: (row) => String(row.fail || "") },
    { title: "不知道", number: true, value: (row) => row.unknown, show: (row) => String(row.unknown || "") },
  ];
}

function projectTable(rows) {
  return sortable(projectColumns(), rows, {
    class: "projects",
    total: (all) => ["", "合计 " + grouped(all.length) + " 个项目", "", "", "", wan(sumOf(all, (p) => p.asked)), wan(sumOf(all, (p) => p.cut)),
      wan(sumOf(all, (p) => p.approved)), String(sumOf(all, (p) => p.fail)), String(sumOf(all, (p) => p.unknown))],
  });
}

function projectsView(part, query) {
  const choices = [
    chooser("部门", "department", distinct((p) => p.department_code, (p) => p.department), query),
    chooser("等级", "grade", distinct((p) => p.grade, (p) => p.grade), query),
    chooser("入库", "gate", distinct((p) => p.gate, (p) => gateWords(p.gate)), query),
    chooser("分类", "lane", distinct((p) => p.lane, (p) => p.lane), query),
    chooser("疑点或审减的规则", "cause", causeChoices(), query),
  ];
  const search = make("input", { type: "search", id: "search", placeholder: "项目名称、代码或单位" });
  const table = projectTable(PROJECTS);
  const apply = () => table.update(PROJECTS.filter((project) => kept(project, choices, search.value.trim(), query.codes)));
  choices.forEach((choice) => choice.select.addEventListener("change", apply));
  search.addEventListener("input", apply);
  apply();
  return make("section", { class: "panel" }, make("h2", {}, "项目"),
    make("form", { class: "filters", on: { submit: (event) => event.preventDefault() } },
      make("label", {}, "查找 ", search), choices.map((choice) => choice.label), link(address("projects"), "清除")), table);
}

function chooser(title, name, options, query) {
  const select = make("select", { name }, make("option", { value: "" }, "全部"), options.map(([value, zh]) => make("option", { value }, zh)));
  select.value = query[name] || "";
  return { name, select, label: make("label", {}, title + " ", select) };
}

function distinct(value, words) {
  const found = new Map();
  for (const project of PROJECTS) if (value(project)) found.set(value(project), words(project));
  return Array.from(found).sort((a, b) => compare(a[0], b[0], 1));
}

function causeChoices() {
  const ids = new Set(FINDINGS.map((row) => row.rule).concat(CUTS.map((row) => row.rule)));
  return Object.keys(DATA.rules).filter((id) => ids.has(id)).map((id) => [id, DATA.rules[id].title]);
}

function kept(project, choices, text, codes) {
  const fits = { department: project.department_code, grade: project.grade, gate: project.gate, lane: project.lane };
  for (const { name, select } of choices) {
    if (!select.value) continue;
    if (name === "cause" ? !concerns(project, select.value) : fits[name] !== select.value) return false;
  }
  if (codes && !codes.split(",").includes(project.code)) return false;
  return !text || (project.name + " " + project.code + " " + project.unit + " " + project.department).includes(text);
}

function concerns(project, rule) {
  return [FINDINGS_OF, CUTS_OF].some((found) => (found.get(project.at) || []).some((row) => row.rule === rule));
}
