// What is not known, by the missing datum: who owes it and which rules wait for it.

function unknownView() {
  const rows = DATA.unknown_fields.map((row, at) => ({ ...row, at }));
  const columns = [
    { title: "缺的数据", class: "name", value: (row) => row.zh, show: (row) => row.zh },
    { title: "由谁补", value: (row) => row.owed_by, show: (row) => WORDS.suppliers[row.owed_by] },
    { title: "处", number: true, value: (row) => row.places, show: (row) => grouped(row.places) },
    { title: "项目", number: true, value: (row) => row.projects, show: (row) => grouped(row.projects) },
    { title: "补齐可判规则", number: true, value: (row) => row.rules, show: (row) => grouped(row.rules) },
  ];
  const ungraded = PROJECTS.filter((project) => gradeClass(project.grade) === "grade-open");
  return make("section", { class: "panel" }, make("h2", {}, "材料不足"),
    make("p", { class: "note" }, "不知道不按通过处理。该由单位填的没有填，算单位的；财政或外部没有取到的，不影响单位得分。"),
    sortable(columns, rows, { expand: PAGES ? null : unknownDetail }),
    ungraded.length ? [make("h3", {}, "因材料不足没有定级，或等级待补材料才能定的项目"), projectTable(ungraded)] : null);
}

function unknownDetail(row) {
  const kinds = UNKNOWN_KINDS.filter((kind) => kind.field === row.zh);
  const rules = Array.from(new Set(kinds.reduce((all, kind) => all.concat(kind.rules), [])));
  const wanted = new Set(kinds.map((kind) => kind.at));
  const projects = UNKNOWNS.filter((item) => wanted.has(item.kind) && item.project >= 0).map((item) => PROJECTS[item.project]);
  return make("div", {}, make("p", {}, "等这个数据的规则：", ruleLinks(rules)), projects.length ? projectTable(projects) : null);
}
