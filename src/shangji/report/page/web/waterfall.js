// Where the money went: asked, less each cause, is what is left. Every bar opens its projects.

const CAUSES_SHOWN = 6;

function waterfall(summary) {
  const total = summary.grades[summary.grades.length - 1];
  const asked = centsOf(total.asked_yuan);
  const approved = centsOf(total.approved_yuan);
  const steps = causeSteps(summary.causes);
  const start = axisStart(asked, asked - approved);
  const rows = [bar("申报", asked, start, asked, asked, "asked", projectsPlace(), "")];
  let left = asked;
  for (const step of steps) {
    rows.push(bar(step.zh, -step.cut, left - step.cut, left, asked, "less", step.href, step.projects + " 个项目", start));
    left -= step.cut;
  }
  rows.push(bar("核定", approved, start, approved, asked, "approved", projectsPlace(), ""));
  const note = start
    ? "审减" + ofAsked(asked - approved, asked) + "，为看清楚，横轴从 " + wan(start) + " 万元画起，柱长不代表总额。"
    : "横轴从 0 画起，单位万元。";
  return make("div", { class: "waterfall" }, rows, make("p", { class: "note" }, note));

  function bar(zh, amount, from, to, most, kind, href, says) {
    const piece = make("span", { class: "piece " + kind });
    piece.style.left = ((from - start) / (most - start)) * 100 + "%";
    piece.style.width = Math.max(((to - from) / (most - start)) * 100, 0.4) + "%";
    const broken = start && kind !== "less" ? make("span", { class: "broken", "aria-hidden": "true" }, "≈") : null;
    return make("a", { class: "step", href, title: zh + " " + wan(amount) + " 万元 " + says },
      make("span", { class: "label" }, zh), make("span", { class: "track" }, piece, broken),
      make("span", { class: "amount" }, wan(amount)));
  }
}

function causeSteps(causes) {
  const steps = causes.slice(0, CAUSES_SHOWN).map((cause) => ({
    zh: cause.zh, cut: centsOf(cause.cut_yuan), projects: cause.projects,
    href: PAGES ? address("rule", cause.cause_id) : address("projects", "", { cause: cause.cause_id }),
  }));
  const rest = causes.slice(CAUSES_SHOWN);
  if (rest.length) {
    steps.push({
      zh: "其余 " + rest.length + " 个原因", cut: sumOf(rest, (cause) => centsOf(cause.cut_yuan)),
      projects: sumOf(rest, (cause) => cause.projects), href: address("cuts"),
    });
  }
  return steps;
}

// A small cut would be a hair at the end of the bar: then the axis starts late, and says so.
function axisStart(asked, cut) {
  return cut > 0 && cut * 5 < asked ? Math.max(asked - cut * 2, 0) : 0;
}

// What is left, by grade: what may still change is hatched.
function composition(summary) {
  const total = summary.grades[summary.grades.length - 1];
  const whole = centsOf(total.approved_yuan);
  const names = gradeNames();
  const parts = summary.grades.slice(0, -1);
  const pieces = parts.map((row) => {
    const piece = make("a", {
      class: "piece " + gradeClass(row.grade), href: projectsPlace({ grade: row.grade }),
      title: row.grade + " " + row.projects + " 个 " + wan(centsOf(row.approved_yuan)) + " 万元",
    });
    piece.style.width = (whole ? (centsOf(row.approved_yuan) / whole) * 100 : 0) + "%";
    return piece;
  });
  const legend = parts.map((row) => make("li", {},
    make("span", { class: "swatch " + gradeClass(row.grade), "aria-hidden": "true" }),
    link(projectsPlace({ grade: row.grade }), (names[row.grade] ? row.grade + " " + names[row.grade] : row.grade)),
    " " + row.projects + " 个 " + wan(centsOf(row.approved_yuan))));
  return make("div", { class: "composition" }, make("div", { class: "stack" }, pieces), make("ul", { class: "legend" }, legend));
}

function gradeClass(grade) {
  if (/^[A-Z]$/.test(grade)) return "grade-" + grade;
  return grade.startsWith("刚性") ? "grade-rigid" : "grade-open";
}
