// The page's data: columns become rows, numbers of texts become texts.

const DATA = JSON.parse(document.getElementById("data").textContent);

function rowsOf(packed) {
  if (!packed) return [];
  const names = Object.keys(packed.columns);
  const texts = new Set(packed.texts);
  const count = names.length ? packed.columns[names[0]].length : 0;
  const rows = [];
  for (let at = 0; at < count; at += 1) {
    const row = { at };
    for (const name of names) {
      const value = packed.columns[name][at];
      row[name] = texts.has(name) ? DATA.texts[value] : value;
    }
    rows.push(row);
  }
  return rows;
}

function groupedBy(rows, key) {
  const found = new Map();
  for (const row of rows) {
    const value = key(row);
    if (!found.has(value)) found.set(value, []);
    found.get(value).push(row);
  }
  return found;
}

const PROJECTS = rowsOf(DATA.projects);
const BY_KEY = new Map(PROJECTS.map((project) => [project.key, project]));
const FINDINGS = rowsOf(DATA.findings);
const CUTS = rowsOf(DATA.reductions);
const CAUSES_OF = groupedBy(rowsOf(DATA.causes), (row) => row.project);
const FUNDED_OF = groupedBy(rowsOf(DATA.funded), (row) => row.project);
const PLAN = DATA.summary.plan && DATA.summary.plan.setting ? DATA.summary.plan : null;
const PATH_ENDS = groupedBy(rowsOf(DATA.paths.ends), (row) => row.project);
const PATH_STEPS = groupedBy(rowsOf(DATA.paths.steps), (row) => row.project);
const CITATIONS = DATA.citations ? rowsOf(DATA.citations.rows) : [];
const CITATIONS_OF = groupedBy(CITATIONS, (row) => row.project);
const UNKNOWNS = rowsOf(DATA.unknowns.rows);
const UNKNOWN_KINDS = DATA.unknowns.kinds.map(([field, owed, rules], at) => ({
  at, field: DATA.texts[field], owed, rules: rules.map((rule) => DATA.texts[rule]),
}));
const FINDINGS_OF = groupedBy(FINDINGS, (row) => row.project);
const CUTS_OF = groupedBy(CUTS, (row) => row.project);
const UNKNOWNS_OF = groupedBy(UNKNOWNS, (row) => row.project);
const FRAMEWORKS = DATA.frameworks.map((framework) => ({ ...framework, rows: rowsOf(framework.rows) }));
// What an evaluated row is called, and where it is told: no project may stand beside it.
const EVALUATED = new Map(FRAMEWORKS.flatMap((framework) => framework.rows.map((row) => [framework.subject_zh + " " + row.key, { framework, row }])));

// The evaluated row of a finding: its own, or the one whose part it is.
function evaluatedOf(rule, key) {
  if (!key) return undefined;
  const { subject, parent } = DATA.rules[rule];
  return EVALUATED.get(subject + " " + key) || EVALUATED.get(parent + " " + key.slice(0, key.lastIndexOf("|")));
}

const MEASURES = DATA.measures.map((measure) => ({ ...measure, rows: rowsOf(measure.rows) }));
const SECTIONS = DATA.sections.map((section) => ({ ...section, rows: rowsOf(section.rows) }));
const PAGES = DATA.head.pages;
const MONEY_ASKED = PAGES !== null || PROJECTS.length > 0;
const WORDS = DATA.words;
