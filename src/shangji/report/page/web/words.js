// Words for marks: a grade, a gate, a severity is always written out, never colour alone.

function gradeNames() {
  return FRAMEWORKS.reduce((names, framework) => ({ ...framework.grades, ...names }), {});
}

function gradeWords(project) {
  if (!project.low) return project.grade;
  if (project.low !== project.high) return project.low + "–" + project.high + "（待补材料）";
  return project.low + " " + (gradeNames()[project.low] || "");
}

function gateWords(outcome) {
  const names = FRAMEWORKS.reduce((all, framework) => ({ ...framework.gates, ...all }), {});
  return names[outcome] || outcome;
}

function severityTag(severity, status) {
  const trial = status === "active" ? "" : "·" + WORDS.statuses[status];
  return make("span", { class: "tag " + (status === "active" ? severity : "hint") }, WORDS.severities[severity] + trial);
}

function placeWords(row, field) {
  if (row.source && row.source.startsWith("资料/")) return row.source + " " + row.sheet;
  if (!row.source) return row.key ? ["由多行汇总：", namedKey(row.key)] : "";
  return [row.source, "工作表“" + row.sheet + "”", row.cell || "第 " + row.row + " 行", field ? "“" + field + "”" : ""].filter(Boolean).join(" · ");
}

// A key is made of codes; those of projects lead to them.
function namedKey(key) {
  return key.split("|").map((part, at) => [at ? "，" : "", BY_KEY.has(part) ? projectLink(BY_KEY.get(part)) : part]);
}

// Where projects are listed: here, or in the files of the departments.
function projectsPlace(query) {
  return PAGES ? address("departments") : address("projects", "", query);
}

function ofAsked(part, asked) {
  const percent = share(part, asked);
  return percent ? "占申报" + (percent.startsWith("不") ? "" : " ") + percent : "";
}

function projectLink(project) {
  return cutName(project.name || "（未填名称）", address("project", project.key));
}

function filledIn(text, finding) {
  return text.split("{measured}").join(finding.measured || "不知道").split("{allowed}").join(finding.allowed || "不知道");
}
