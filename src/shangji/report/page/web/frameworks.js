// Any framework over any subject: the list of what it scored, and one row's derivation.

const PARTS_MOST = 5;

function frameworkView(name, query) {
  const framework = FRAMEWORKS.find((item) => item.name === name);
  if (!framework) return missingView("没有这个指标体系：" + name);
  if (query.key) return frameworkPage(framework, query.key);
  const roots = framework.nodes.filter((node) => !node.parent);
  const place = (node) => framework.nodes.indexOf(node);
  const under = roots.length === 1 ? framework.nodes.filter((node) => node.parent === roots[0].name && !node.weight) : [];
  const heads = under.length > PARTS_MOST ? roots : [...roots, ...under];
  const columns = [
    { title: framework.subject_zh, class: "name", value: (row) => row.label, show: (row) => cutName(row.label, rowAddress(framework, row)) },
    ...heads.map((node) => ({
      title: node.zh, number: true, value: (row) => row.low[place(node)],
      show: (row) => scoreWords(row.low[place(node)], row.high[place(node)], row.full[place(node)]),
    })),
    ...(Object.keys(framework.grades).length ? [{ title: "等级", value: (row) => row.low_grade, show: (row) => rowGrade(framework, row) }] : []),
    { title: "已知", number: true, value: (row) => knownShare(framework, row), show: (row) => knownShare(framework, row) + "%" },
  ];
  return make("section", { class: "panel" }, make("h2", {}, framework.zh + "（" + framework.subject_zh + " " + grouped(framework.rows.length) + " 行）"),
    framework.note ? make("p", { class: "note" }, framework.note) : null,
    framework.rows.length ? sortable(columns, framework.rows, {}) : make("p", {}, "本次没有适用的行，或数据没有报来。"));
}

function rowAddress(framework, row) {
  return row.project >= 0 && framework.subject === "project" ? address("project", PROJECTS[row.project].key) : address("framework", framework.name, { key: row.key });
}

function rowGrade(framework, row) {
  if (!row.low_grade) return "材料不足";
  const name = framework.grades[row.low_grade] || "";
  if (row.low_grade !== row.high_grade) return row.low_grade + "–" + row.high_grade;
  return name && name !== row.low_grade ? row.low_grade + " " + name : row.low_grade;
}

// The share of weight that is known for certain; a grade brings its own.
function knownShare(framework, row) {
  if (row.known !== null) return row.known;
  const leaves = framework.nodes.map((node, at) => ({ node, at })).filter(({ node }) => node.weight);
  const whole = sumOf(leaves, ({ node }) => node.weight);
  const known = sumOf(leaves.filter(({ at }) => row.low[at] === row.high[at]), ({ at }) => row.full[at]);
  return whole ? Math.floor((known * 100) / whole) : 0;
}

function frameworkPage(framework, key) {
  const row = framework.rows.find((item) => item.key === key);
  if (!row) return missingView("没有这一行：" + key);
  return make("div", {}, make("nav", { class: "path", "aria-label": "位置" }, link(address("framework", framework.name), framework.zh)), make("h2", { class: "title" }, row.label),
    make("p", { class: "note" }, [row.key, "已知权重 " + knownShare(framework, row) + "%", Object.keys(framework.grades).length ? "等级 " + rowGrade(framework, row) : ""].filter(Boolean).join(" · ")),
    row.project >= 0 ? make("p", {}, "项目 ", projectLink(PROJECTS[row.project])) : null, panel(framework.zh, scoreTree(framework, row)));
}

function measuresView() {
  return make("div", {}, MEASURES.map((measure) => {
    const named = (row) => (measure.subject === "project" ? projectLink(PROJECTS[row.at]) : cutName(row.at));
    const word = (row) => (measure.subject === "project" ? PROJECTS[row.at].name : row.at);
    return panel(measure.zh + (measure.unit ? "（" + measure.unit + "）" : ""), make("p", { class: "note" }, measure.says + "共 " + grouped(measure.total) + " 行" + (measure.rows.length < measure.total ? "，列出最低的 " + measure.rows.length + " 行" : "") + "。"),
      sortable([
        { title: measure.subject_zh, class: "name", value: word, show: named },
        { title: "值", number: true, value: (row) => (row.value === null ? null : Number(row.value)), show: (row) => (row.value === null ? "不知道" : groupedText(row.value)) },
        { title: "分子", number: true, show: (row) => (row.numerator === null ? "不知道" : groupedText(row.numerator)) },
        { title: "分母", number: true, show: (row) => (row.denominator === null ? "不知道" : groupedText(row.denominator)) },
      ], measure.rows, { most: 10 }));
  }));
}
