// Asked, reviewed, arranged: where the money went, what is left, which limits bind and at what price.

const LIMITS_SHOWN = 25;

function planCards() {
  if (!PLAN) return [];
  const total = PLAN.grades[PLAN.grades.length - 1];
  const short = centsOf(total.short_yuan);
  return [["安排", wan(centsOf(total.arranged_yuan)), "核定中未安排 " + wan(short), address("plan")]];
}

function planView() {
  if (!PLAN) return missingView("这次审核没有做资金安排：没有可用财力表，或约束互相冲突，见“数据问题”。");
  return make("div", {},
    make("p", { class: "sentence" }, planSentence()),
    make("div", { class: "pair" },
      panel("从申报到安排（万元）", planWaterfall(), sourceTable(), packageTable(), moreList(), besidePanel()),
      panel("各等级（万元）", planGrades(), frontierChart())),
    panel("各部门（万元）", planDepartments()),
    make("div", { class: "pair" }, stabilityPanel(), inversionPanel()),
    limitPanel());
}

// Money for projects by grade when it and the ceilings grow or shrink: solved anew at each step.
function frontierChart() {
  const steps = Array.from(groupedBy(PLAN.frontier, (row) => row.change_percent)).sort((a, b) => a[0] - b[0]);
  if (steps.length < 2) return null;
  const [width, height, left, low] = [620, 250, 78, 28];
  const money = (rows) => sumOf(rows, (row) => centsOf(row.arranged_yuan));
  const most = Math.max(...steps.map(([, rows]) => money(rows))) || 1;
  const x = (step) => left + ((step - steps[0][0]) / (steps[steps.length - 1][0] - steps[0][0])) * (width - left - 40);
  const y = (cents) => height - low - (cents / most) * (height - low - 22);
  const order = ["bound", "A", "B", "C", "D", ""];
  const bands = order.filter((grade) => PLAN.frontier.some((row) => row.grade === grade && centsOf(row.arranged_yuan)));
  const upTo = (rows, at) => sumOf(rows.filter((row) => order.indexOf(row.grade) <= at), (row) => centsOf(row.arranged_yuan));
  const areas = bands.map((grade) => {
    const at = order.indexOf(grade);
    const above = steps.map(([step, rows]) => x(step) + "," + y(upTo(rows, at)));
    const below = steps.slice().reverse().map(([step, rows]) => x(step) + "," + y(upTo(rows, at - 1)));
    return drawn("polygon", { points: [...above, ...below].join(" "), class: "band " + bandClass(grade) }, drawn("title", {}, bandName(grade)));
  });
  const marks = steps.map(([step, rows]) => [
    drawn("line", { x1: x(step), x2: x(step), y1: y(money(rows)), y2: height - low, class: step ? "rule" : "rule now" }),
    drawn("text", { x: x(step), y: height - 9, class: "tick", "text-anchor": "middle" }, step ? (step > 0 ? "+" : "−") + Math.abs(step) + "%" : "现在"),
    drawn("text", { x: x(step), y: y(money(rows)) - 6, class: "tick", "text-anchor": "middle" }, grouped(Math.round(money(rows) / 1000000))),
  ]);
  const legend = bands.map((grade) => make("li", {}, make("span", { class: "swatch " + bandClass(grade), "aria-hidden": "true" }), bandName(grade)));
  return [make("h3", {}, "财力和控制数一起增减，安排给项目多少（万元）"),
    drawn("svg", { viewBox: "0 0 " + width + " " + height, class: "plane frontier", role: "img", "aria-label": "财力增减的前沿" }, areas, marks),
    make("ul", { class: "legend" }, legend), frontierTable(steps, money)];
}

// The same steps as figures, for those who copy them into a paper.
function frontierTable(steps, money) {
  const now = money((steps.find(([step]) => !step) || [0, []])[1]);
  const rows = steps.map(([step, held], at) => ({ at, step, sum: money(held) }));
  return sortable([
    { title: "财力和控制数", show: (row) => (row.step ? (row.step > 0 ? "+" : "−") + Math.abs(row.step) + "%" : "现在") },
    { title: "安排给项目", number: true, value: (row) => row.sum, show: (row) => wan(row.sum) },
    { title: "比现在", number: true, value: (row) => row.sum - now, show: (row) => (row.step ? wan(row.sum - now) : "") },
  ], rows, {});
}

// What one more 万元 in each pot that binds buys: solved anew, not read off a price.
function moreList() {
  if (!PLAN.more || !PLAN.more.length) return null;
  const said = PLAN.more.map((step) => make("li", {}, step.zh + "再多 " + grouped(Math.round(centsOf(step.added_yuan) / 1000000)) + " 万元：" +
    (step.changes.length ? step.changes.slice(0, 5).map((one) => (one.project_name || one.project_code) + " " + signedWan(centsOf(one.gained_yuan))).join("、") +
      (step.changes.length > 5 ? " 等 " + step.changes.length + " 个项目" : "") : "什么也不变，剩下的都不能再拆") + "。"));
  return [make("h3", {}, "再多一点钱买到什么（重新求解）"), make("ul", {}, said)];
}

// Levels of packages: how many projects offer each, and what is arranged of the money it adds.
function packageTable() {
  if (!PLAN.packages || !PLAN.packages.length) return null;
  const rows = PLAN.packages.map((row, at) => ({ ...row, at }));
  return [make("h3", {}, "决策包：逐档给到哪里（万元）"), sortable([
    { title: "档次", show: (row) => row.zh },
    { title: "填报项目", number: true, show: (row) => grouped(row.offered) },
    { title: "给足", number: true, show: (row) => grouped(row.whole) },
    { title: "部分", number: true, show: (row) => (row.part ? grouped(row.part) : "") },
    { title: "新增要", number: true, show: (row) => wan(centsOf(row.wanted_yuan)) },
    { title: "安排", number: true, show: (row) => wan(centsOf(row.arranged_yuan)) },
  ], rows, {})];
}

function signedWan(cents) {
  return (cents > 0 ? "+" : "−") + wan(Math.abs(cents));
}

function bandClass(grade) {
  return grade === "bound" ? "grade-rigid" : grade ? "grade-" + grade : "grade-wait";
}

function bandName(grade) {
  return grade === "bound" ? "必保" : grade ? grade + " 类" : "待评级";
}

function stabilityPanel() {
  const words = PLAN.stability.map((row) => make("li", {}, (row.within === null ? "财力和控制数增减 20% 以内都不变：" : "财力和控制数增减 " + row.within + "% 就会变：") +
    row.projects + " 个，核定 " + wan(centsOf(row.approved_yuan)) + " 万元" + (row.by_weight ? "（其中权重移动也会变的 " + row.by_weight + " 个）" : "")));
  if (!words.length) words.push(make("li", {}, "项目太多，没有逐档试算，见“数据问题”。"));
  const rows = PLAN.for_people.map((row, at) => ({ ...row, at }));
  return panel("稳不稳", make("ul", {}, words), make("h3", {}, "分数区间里就会翻的 " + rows.length + " 个，交人核定"), rows.length ? sortable([
    { title: "项目", class: "name", value: (row) => row.project_name, show: (row) => cutName(row.project_name, BY_KEY.has(row.project_code) ? address("project", row.project_code) : null) },
    { title: "等级", show: (row) => (row.low_grade || "待评") + (row.high_grade && row.high_grade !== row.low_grade ? "–" + row.high_grade : "") },
    { title: "核定", number: true, value: (row) => centsOf(row.approved_yuan), show: (row) => wan(centsOf(row.approved_yuan)) },
    { title: "安排", number: true, value: (row) => centsOf(row.arranged_yuan), show: (row) => wan(centsOf(row.arranged_yuan)) },
    { title: "还差几分", number: true, show: (row) => row.margin }, { title: "还可能涨", number: true, show: (row) => row.spread },
  ], rows, { class: "departments", most: 12 }) : null);
}

function inversionPanel() {
  const rows = PLAN.inversions.map((row, at) => ({ ...row, at }));
  return panel("与部门自己的排序不一致", make("p", { class: "note" }, "部门排在前面的没有安排，排在后面的安排了：等级、分数、整项安排不下或不予入库造成，须向部门说明。"), rows.length ? sortable([
    { title: "项目", class: "name", value: (row) => row.project_name, show: (row) => cutName(row.project_name, BY_KEY.has(row.project_code) ? address("project", row.project_code) : null) },
    { title: "部门", class: "name", value: (row) => row.department_name, show: (row) => row.department_name },
    { title: "部门排序", number: true, value: (row) => row.dept_rank, show: (row) => String(row.dept_rank) },
    { title: "等级", show: (row) => row.grade.slice(0, 4) },
    { title: "核定", number: true, value: (row) => centsOf(row.approved_yuan), show: (row) => wan(centsOf(row.approved_yuan)) },
    { title: "后面已安排", number: true, value: (row) => row.behind, show: (row) => row.behind + " 个" },
  ], rows, { class: "departments", most: 12 }) : make("p", {}, "没有。"));
}

function planSentence() {
  const proven = PLAN.stages.every((stage) => stage.is_proven);
  const gap = Math.max(0, ...PLAN.stages.map((stage) => stage.gap_millionths));
  const total = PLAN.grades[PLAN.grades.length - 1];
  return PLAN.setting + "：安排 " + wan(centsOf(total.arranged_yuan)) + " 万元，其中必保 " + wan(centsOf(total.bound_yuan)) + " 万元；" +
    (proven ? "已证明没有更好的安排。" : "离上界不超过百万分之 " + gap + "。");
}

function planWaterfall() {
  const total = PLAN.grades[PLAN.grades.length - 1];
  const rules = PLAN.causes.filter((cause) => cause.cause_kind === "rule");
  const causes = PLAN.causes.filter((cause) => cause.cause_kind !== "rule");
  const reviewed = { zh: "规则审减", amount: sumOf(rules, (cause) => centsOf(cause.amount_yuan)), projects: sumOf(rules, (cause) => cause.projects) };
  const steps = [reviewed, ...causes.map((cause) => ({ zh: cause.zh, amount: centsOf(cause.amount_yuan), projects: cause.projects }))].filter((step) => step.amount);
  const asked = centsOf(total.asked_yuan);
  const arranged = asked - sumOf(steps, (step) => step.amount);
  const start = axisStart(asked, asked - arranged);
  const rows = [planBar("申报", asked, start, asked, "asked", "")];
  let left = asked;
  for (const step of steps) {
    rows.push(planBar(step.zh, -step.amount, left - step.amount, left, "less", step.projects + " 个项目"));
    left -= step.amount;
  }
  rows.push(planBar("安排", arranged, start, arranged, "approved", ""));
  const note = start ? "为看清楚，横轴从 " + wan(start) + " 万元画起，柱长不代表总额。" : "横轴从 0 画起，单位万元。";
  return make("div", { class: "waterfall" }, rows, make("p", { class: "note" }, note + "各项相加正好等于申报与安排之差。"));

  function planBar(zh, amount, from, to, kind, says) {
    const piece = make("span", { class: "piece " + kind });
    piece.style.left = ((from - start) / (asked - start)) * 100 + "%";
    piece.style.width = Math.max(((to - from) / (asked - start)) * 100, 0.4) + "%";
    return make("div", { class: "step", title: zh + " " + wan(amount) + " 万元 " + says },
      make("span", { class: "label" }, zh), make("span", { class: "track" }, piece), make("span", { class: "amount" }, wan(amount)));
  }
}

function planColumns(first, named) {
  const money = (title, name) => ({ title, number: true, value: (row) => centsOf(row[name]), show: (row) => wan(centsOf(row[name])) });
  return [
    { title: first, class: "name", value: named, show: named },
    { title: "项目", number: true, value: (row) => row.projects, show: (row) => grouped(row.projects) },
    money("申报", "asked_yuan"), money("核定", "approved_yuan"), money("其中必保", "bound_yuan"), money("安排", "arranged_yuan"), money("未安排", "short_yuan"),
    { title: "部分·没有", number: true, value: (row) => row.part + row.none, show: (row) => (row.part || row.none ? row.part + "·" + row.none : "") },
  ];
}

function planTotal(row) {
  return ["合计", grouped(row.projects), ...["asked_yuan", "approved_yuan", "bound_yuan", "arranged_yuan", "short_yuan"].map((name) => wan(centsOf(row[name]))), row.part + "·" + row.none];
}

function planGrades() {
  const names = gradeNames();
  const rows = PLAN.grades.slice(0, -1).map((row, at) => ({ ...row, at }));
  return sortable(planColumns("等级", (row) => (names[row.grade] ? row.grade + " " + names[row.grade] : row.grade)), rows,
    { class: "departments tight", total: () => planTotal(PLAN.grades[PLAN.grades.length - 1]) });
}

function planDepartments() {
  const rows = PLAN.departments.map((row, at) => ({ ...row, at }));
  return sortable(planColumns("部门", (row) => row.department_name), rows, { class: "departments", expand: PAGES ? null : planDepartment, total: () => planTotal(PLAN.grades[PLAN.grades.length - 1]) });
}

// One department from asked to arranged, for its officer: causes in their order, then the projects that lack money.
function planDepartment(department) {
  const mine = PROJECTS.filter((project) => project.department_code === department.department_code && CAUSES_OF.has(project.at));
  const taken = groupedBy(mine.flatMap((project) => CAUSES_OF.get(project.at)), (row) => row.cause);
  const order = PLAN.causes.map((cause) => cause.zh);
  const rows = Array.from(taken, ([cause, held], at) => ({ at, cause, projects: new Set(held.map((row) => row.project)).size, amount: sumOf(held, (row) => row.amount) }))
    .sort((a, b) => order.indexOf(a.cause) - order.indexOf(b.cause));
  const gone = sumOf(rows, (row) => row.amount);
  const asked = centsOf(department.asked_yuan);
  const lacking = mine.map((project) => ({ ...project, gone: sumOf(CAUSES_OF.get(project.at), (row) => row.amount) })).sort((a, b) => b.gone - a.gone);
  return make("div", {}, make("p", {}, "申报 " + wan(asked) + " 万元，安排 " + wan(asked - gone) + " 万元，差额 " + wan(gone) + " 万元。可以打印的一份见上会材料的“部门资金安排”。"),
    rows.length ? sortable([
      { title: "原因", class: "name", show: (row) => row.cause },
      { title: "项目", number: true, value: (row) => row.projects, show: (row) => grouped(row.projects) },
      { title: "金额", number: true, value: (row) => row.amount, show: (row) => wan(row.amount) },
      { title: "占差额", number: true, show: (row) => share(row.amount, gone) },
    ], rows, { total: () => ["合计", "", wan(gone), "100%"] }) : null,
    lacking.length ? sortable([
      { title: "没有全额安排的项目", class: "name", value: (row) => row.name, show: (row) => cutName(row.name, address("project", row.key)) },
      { title: "申报", number: true, value: (row) => row.asked, show: (row) => wan(row.asked) },
      { title: "没有安排", number: true, value: (row) => row.gone, show: (row) => wan(row.gone) },
      { title: "原因", class: "name", show: (row) => Array.from(groupedBy(CAUSES_OF.get(row.at), (one) => one.cause), ([cause, held]) => cause + " " + wan(sumOf(held, (one) => one.amount))).join("；") },
    ], lacking, { most: 12 }) : null);
}

function sourceTable() {
  const rows = PLAN.sources.map((row, at) => ({ ...row, at }));
  const money = (title, name) => ({ title, number: true, show: (row) => (row[name] === null ? "不限" : wan(centsOf(row[name]))) });
  return [make("h3", {}, "各种资金"), sortable([
    { title: "资金来源", show: (row) => row.zh }, money("可安排", "pot_yuan"), money("要用", "wanted_yuan"), money("安排", "arranged_yuan"), money("余额", "left_yuan"),
    { title: "余额为什么", class: "name", show: (row) => row.why },
  ], rows, {})];
}

function besidePanel() {
  return [make("h3", {}, "审减率之外看什么"), make("ul", {}, PLAN.beside.says.map((text) => make("li", {}, text)))];
}

function limitPanel() {
  const rows = PLAN.limits.map((row, at) => ({ ...row, at })).sort((a, b) => (b.points === null ? -1 : Number(b.points)) - (a.points === null ? -1 : Number(a.points)));
  const money = (title, name) => ({ title, number: true, value: (row) => centsOf(row[name]), show: (row) => wan(centsOf(row[name])) });
  return panel("限额和价格（只供预算科）", make("p", { class: "note" }, "价格：再多一万元，可以给到必要性加重要性合计多少分的项目；没有价格的没有卡住。"), sortable([
    { title: "限额", class: "name", value: (row) => row.zh, show: (row) => row.zh },
    money("限额（万元）", "limit_yuan"), money("已用", "used_yuan"), money("余额", "left_yuan"),
    { title: "价格（分）", number: true, value: (row) => (row.points === null ? null : Number(row.points)), show: (row) => row.points || "" },
    { title: "从哪一类起卡住", show: (row) => (row.points === null ? "" : row.grade || "待评") },
    { title: "价格成立的限额", number: true, show: (row) => (row.points === null ? "" : (row.from_yuan === null ? "…" : wan(centsOf(row.from_yuan))) + " – " + (row.to_yuan === null ? "…" : wan(centsOf(row.to_yuan)))) },
    { title: "再多一万元先给谁", class: "name", show: (row) => row.next_project || "" },
  ], rows, { class: "departments", most: LIMITS_SHOWN }));
}

// What is arranged for one project, and what took the rest.
function projectPlan(project) {
  if (!PLAN || project.arranged === null || project.arranged === undefined) return null;
  const rows = CAUSES_OF.get(project.at) || [];
  const ways = FUNDED_OF.get(project.at) || [];
  const words = "核定 " + wan(project.approved) + " 万元，安排 " + wan(project.arranged) + " 万元";
  return panel("安排了多少（万元）", make("p", {}, words), rows.length ? sortable([
    { title: "资金", show: (row) => row.fund || "没有写明" }, { title: "原因", class: "name", show: (row) => row.cause },
    { title: "金额", number: true, show: (row) => wan(row.amount) },
  ], rows, { total: (all) => ["合计", "", wan(sumOf(all, (row) => row.amount))] }) : null,
  ways.length ? [make("h3", {}, "怎样才能安排"), make("ul", {}, ways.map((way) => make("li", {}, way.says, way.verified ? make("small", {}, "（已验证）") : "")))] : null);
}
