// Departments: a row opens to its units, a unit opens to its projects.

function departmentsView() {
  return make("section", { class: "panel" }, make("h2", {}, DATA.head.department ? "各单位（万元）" : "各部门（万元）"), departmentTable(ROWS_AT_ONCE));
}

function departmentTable(most) {
  if (DATA.head.department) return unitsOf(DATA.summary.departments[0]);
  const letters = Object.keys(gradeNames());
  const rows = DATA.summary.departments.map((row, at) => ({ ...row, at, asked: centsOf(row.asked_yuan), cut: centsOf(row.cut_yuan), approved: centsOf(row.approved_yuan) }));
  const largest = Math.max(1, ...rows.map((row) => row.asked));
  const columns = [
    { title: "部门", class: "name", value: (row) => row.department_name, show: (row) => departmentName(row) },
    { title: "项目", number: true, value: (row) => row.projects, show: (row) => grouped(row.projects) },
    { title: "申报", number: true, value: (row) => row.asked, show: (row) => wan(row.asked) },
    { title: "", class: "bar", show: (row) => moneyBar(row.asked, largest) },
    { title: "审减", number: true, value: (row) => row.cut, show: (row) => wan(row.cut) },
    { title: "审减率", number: true, value: (row) => (row.asked ? row.cut / row.asked : null), show: (row) => share(row.cut, row.asked) },
    { title: "核定", number: true, value: (row) => row.approved, show: (row) => wan(row.approved) },
    ...letters.map((letter) => ({ title: letter, number: true, value: (row) => row.grades[letter] || 0, show: (row) => String(row.grades[letter] || "") })),
    { title: "待补", number: true, value: openProjects, show: (row) => String(openProjects(row) || "") },
    { title: "疑点", number: true, value: (row) => row.fail, show: (row) => String(row.fail || "") },
    { title: "最大问题", class: "name", value: (row) => row.worst && row.worst.severity, show: (row) => worstWords(row) },
  ];
  return sortable(columns, rows, {
    class: "departments", most, expand: PAGES ? null : unitsOf,
    total: (all) => ["合计", grouped(sumOf(all, (row) => row.projects)), wan(sumOf(all, (row) => row.asked)), "", wan(sumOf(all, (row) => row.cut)),
      share(sumOf(all, (row) => row.cut), sumOf(all, (row) => row.asked)), wan(sumOf(all, (row) => row.approved)),
      ...letters.map((letter) => String(sumOf(all, (row) => row.grades[letter] || 0) || "")), String(sumOf(all, openProjects)), String(sumOf(all, (row) => row.fail)), ""],
  });
}

function departmentName(row) {
  if (PAGES) return link(PAGES[row.department_code], row.department_name);
  return cutName(row.department_name, address("projects", "", { department: row.department_code }));
}

function openProjects(row) {
  return Object.keys(row.grades).filter((grade) => gradeClass(grade) === "grade-open").reduce((total, grade) => total + row.grades[grade], 0);
}

function worstWords(row) {
  if (!row.worst) return "";
  return make("span", { class: "cut", title: row.worst.title + " " + row.worst.places + " 处" }, severityTag(row.worst.severity, "active"), " ",
    link(address("rule", row.worst.rule_id), row.worst.title));
}

function moneyBar(amount, largest) {
  const bar = make("span", { class: "moneybar", "aria-hidden": "true" });
  bar.style.width = (amount / largest) * 100 + "%";
  return bar;
}

function unitsOf(department) {
  const units = groupedBy(PROJECTS.filter((project) => project.department_code === department.department_code), (project) => project.unit_code + "\n" + project.unit);
  const rows = Array.from(units.values()).map((projects, at) => ({ at, projects, name: projects[0].unit, asked: sumOf(projects, (p) => p.asked), cut: sumOf(projects, (p) => p.cut), approved: sumOf(projects, (p) => p.approved) }));
  return sortable([
    { title: "单位", class: "name", value: (row) => row.name, show: (row) => cutName(row.name) },
    { title: "项目", number: true, value: (row) => row.projects.length, show: (row) => grouped(row.projects.length) },
    { title: "申报", number: true, value: (row) => row.asked, show: (row) => wan(row.asked) },
    { title: "审减", number: true, value: (row) => row.cut, show: (row) => wan(row.cut) },
    { title: "核定", number: true, value: (row) => row.approved, show: (row) => wan(row.approved) },
  ], rows, {
    class: "departments", expand: (row) => projectTable(row.projects),
    total: (all) => ["合计", grouped(sumOf(all, (row) => row.projects.length)), wan(sumOf(all, (row) => row.asked)), wan(sumOf(all, (row) => row.cut)), wan(sumOf(all, (row) => row.approved))],
  });
}
