-- The 60 rules of the bench pack by hand, in DuckDB's SQL: the yardstick of bench/speed.py.
-- Written once before the compiler was tuned; it stays as it is. $in and $out are folders;
-- standard_now and rule_digest are small tables that the caller loads.
-- One nullable boolean a rule: true = fail, null = unknown. Two judged tables, then a scan a rule.

CREATE MACRO money(x) AS CAST(CAST(x AS DECIMAL(18,2)) AS VARCHAR);
CREATE MACRO lack(x, label) AS CASE WHEN x IS NULL THEN '"' || label || '"' END;
CREATE MACRO owed(x, unsupplied, name) AS
  CASE WHEN x IS NULL THEN CASE WHEN strpos(unsupplied, '|' || name || '|') > 0
  THEN 'bureau' ELSE 'unit' END END;
CREATE MACRO missing(x, unsupplied, unreadable, name) AS
  CASE WHEN x IS NOT NULL THEN FALSE WHEN strpos(unsupplied, '|' || name || '|') > 0
  OR strpos(unreadable, '|' || name || '|') > 0 THEN NULL ELSE TRUE END;

CREATE TEMP TABLE rule (no UTINYINT, rule_id VARCHAR, subject VARCHAR, severity VARCHAR,
  value_kind VARCHAR);
INSERT INTO rule
SELECT no, 'B-' || lpad(CAST(no AS VARCHAR), 2, '0'),
  CASE WHEN no BETWEEN 33 AND 46 OR no BETWEEN 51 AND 54 OR no = 58 THEN 'line'
    WHEN no = 56 THEN 'line_repeat' ELSE 'project' END,
  CASE WHEN no % 3 = 0 THEN 'minor' ELSE 'major' END,
  CASE WHEN no IN (4, 5, 6, 28) THEN 'date'
    WHEN no IN (22, 29, 35, 36) THEN 'number'
    WHEN no IN (32, 40, 42, 49, 55, 59) THEN 'count'
    WHEN no IN (19, 20, 25, 26, 27, 43, 45, 50, 57, 58, 60) THEN 'text' ELSE 'money' END
FROM (SELECT CAST(range AS UTINYINT) AS no FROM range(1, 61));


-- Relations.

CREATE TEMP TABLE item_price AS
SELECT item, unit_price_yuan AS price, count(unit_price_yuan) AS known,
  count(*) - count(unit_price_yuan) AS empty
FROM read_parquet('$in/line.parquet') WHERE item IS NOT NULL GROUP BY ALL;

CREATE TEMP TABLE item_peer AS
SELECT item, min(price) AS high_yuan, any_value(members_unknown) AS members_unknown
FROM (SELECT item, price, sum(known) OVER (PARTITION BY item ORDER BY price) AS place,
    sum(known) OVER (PARTITION BY item) AS n, sum(empty) OVER (PARTITION BY item) AS members_unknown
  FROM item_price)
WHERE price IS NOT NULL AND place * 100 >= n * 95 GROUP BY item;

CREATE TEMP TABLE project_copy AS
SELECT unit_code, project_name, count(*) AS row_count FROM read_parquet('$in/project.parquet')
WHERE unit_code IS NOT NULL AND project_name IS NOT NULL
GROUP BY unit_code, project_name HAVING count(*) > 1;

CREATE TEMP TABLE line_repeat AS
SELECT project_code, item, project_code || '|' || item AS key, count(*) AS row_count,
  CAST(sum(amount_yuan) AS DECIMAL(18,2)) AS amount_yuan, max(amount_yuan) AS largest_yuan,
  count(*) - count(amount_yuan) AS members_unknown
FROM read_parquet('$in/line.parquet') WHERE item IS NOT NULL
GROUP BY project_code, item HAVING count(*) > 1;

CREATE TEMP TABLE line_total AS
SELECT project_code,
  CASE WHEN count(amount_yuan) = count(*) THEN CAST(sum(amount_yuan) AS DECIMAL(18,2)) END AS line_sum,
  CASE WHEN bool_or(amount_yuan IS NULL AND strpos(row_unsupplied, '|amount_yuan|') > 0)
    THEN 'bureau' ELSE 'unit' END AS line_sum_owed,
  CASE WHEN NOT bool_or(economic_class IS NULL OR economic_class = '39999' AND amount_yuan IS NULL)
    THEN CAST(coalesce(sum(amount_yuan) FILTER (economic_class = '39999'), 0) AS DECIMAL(18,2))
    END AS other,
  CASE WHEN bool_or((economic_class IS NULL OR economic_class = '39999' AND amount_yuan IS NULL)
      AND (strpos(row_unsupplied, '|amount_yuan|') > 0
        OR strpos(row_unsupplied, '|economic_class|') > 0))
    THEN 'bureau' ELSE 'unit' END AS other_owed,
  CASE WHEN count(economic_class) = count(*) THEN count(*) FILTER (economic_class = '30215') END
    AS meetings,
  CASE WHEN bool_or(economic_class IS NULL AND strpos(row_unsupplied, '|economic_class|') > 0)
    THEN 'bureau' ELSE 'unit' END AS meetings_owed,
  bool_or(item IS NULL AND coalesce(strpos(row_unreadable, '|item|'), 0)
    + coalesce(strpos(row_unsupplied, '|item|'), 0) = 0) AS unnamed,
  bool_or(item IS NULL AND (strpos(row_unreadable, '|item|') > 0
    OR strpos(row_unsupplied, '|item|') > 0)) AS unnamed_doubt,
  CASE WHEN bool_or(item IS NULL AND strpos(row_unsupplied, '|item|') > 0)
    THEN 'bureau' ELSE 'unit' END AS named_owed
FROM read_parquet('$in/line.parquet') GROUP BY project_code;

-- Projects.

CREATE TEMP TABLE p AS
SELECT *,
  amount_yuan <= 0 AS b01,
  sources <> amount_yuan AS b02,
  total_yuan < amount_yuan AS b03,
  end_date < start_date AS b04,
  start_date > DATE '2027-12-31' AS b05,
  lane <> 'rigid' AND end_date < DATE '2027-01-01' AS b06,
  spending AND meeting_yuan * 100 > amount_yuan * 10 AS b07,
  spending AND training_yuan * 100 > amount_yuan * 15 AS b08,
  spending AND travel_yuan * 100 > amount_yuan * 20 AS b09,
  lane = 'operation' AND info_yuan * 100 > amount_yuan * 8 AS b10,
  spending AND outsourcing_yuan * 100 > amount_yuan * 60 AS b11,
  procurement_yuan > amount_yuan AS b12,
  lane = 'works' AND construction_yuan * 100 < amount_yuan * 50 AS b13,
  recurrence = 'continuing' AND amount_yuan * 100 > last_year_yuan * 130 AS b14,
  last_year_found AND recurrence = 'continuing'
    AND executed_yuan * 100 < adjusted_yuan * 80 AS b15,
  recurrence = 'continuing' AND last_executed_yuan > last_year_yuan AS b16,
  recurrence <> 'one_off' AND next_year_yuan > amount_yuan * 2 AS b17,
  lane = 'works' AND construction_yuan = 0 AS b18,
  level = '2' AND parent_missing AS b19,
  level = '1' AND NOT parent_missing AS b20,
  lane = 'works' AND amount_yuan >= 4000000 AND NOT has_feasibility AS b21,
  lane = 'works' AND area_m2 > staff_count * 20 AS b22,
  lane = 'works' AND construction_yuan > area_m2 * 6000 AS b23,
  lane = 'policy' AND amount_yuan > beneficiary_count * 10000 AS b24,
  goal_missing AS b25,
  spending AND basis_missing AS b26,
  name_missing AS b27,
  recurrence = 'one_off' AND end_date > DATE '2029-12-31' AS b28,
  NOT own_share BETWEEN 0 AND 100 AS b29,
  lane = 'rigid' AND special_yuan > 0 AS b30,
  recurrence = 'continuing' AND carry_over_yuan > last_year_yuan - last_executed_yuan AS b31,
  unit_found AND staff_count > quota_staff AS b32,
  line_sum <> amount_yuan AS b47,
  lane <> 'rigid' AND other * 100 > amount_yuan * 30 AS b48,
  meetings > 2 AS b49,
  NOT all_named AS b50,
  copy_found AS b55,
  NOT class_missing AND functional_class NOT IN (SELECT code FROM functional) AS b57,
  term_months > 60 AS b59,
  (contains(project_name, 'XX') OR contains(project_name, '请填写')
    OR contains(project_name, '待补充')) AND NOT contains(project_name, 'XX镇') AS b60
FROM (
  SELECT file_row_number AS n, row_key, p.project_code, p.project_name, p.unit_code, lane,
    functional_class, level, parent_code, recurrence, start_date, end_date, amount_yuan, total_yuan,
    special_yuan, carry_over_yuan, last_year_yuan, last_executed_yuan, next_year_yuan,
    procurement_yuan, outsourcing_yuan, construction_yuan, meeting_yuan, training_yuan, travel_yuan,
    info_yuan, area_m2, CAST(staff_count AS INTEGER) AS staff_count,
    CAST(beneficiary_count AS INTEGER) AS beneficiary_count, own_share, has_feasibility,
    row_unsupplied AS u,
    fiscal_yuan, fund_yuan, own_yuan,
    fiscal_yuan + special_yuan + fund_yuan + own_yuan + carry_over_yuan AS sources,
    lane IN ('operation', 'policy', 'one_off') AS spending,
    missing(parent_code, row_unsupplied, row_unreadable, 'parent_code') AS parent_missing,
    missing(goal_text, row_unsupplied, row_unreadable, 'goal_text') AS goal_missing,
    missing(basis_text, row_unsupplied, row_unreadable, 'basis_text') AS basis_missing,
    missing(p.project_name, row_unsupplied, row_unreadable, 'project_name') AS name_missing,
    missing(functional_class, row_unsupplied, row_unreadable, 'functional_class') AS class_missing,
    CASE WHEN h.project_code IS NOT NULL THEN TRUE
      WHEN contains(row_tables, '|history|') AND p.project_code IS NOT NULL THEN FALSE
      END AS last_year_found,
    h.executed_yuan, h.adjusted_yuan,
    CASE WHEN o.unit_code IS NOT NULL THEN TRUE
      WHEN contains(row_tables, '|organisation|') AND p.unit_code IS NOT NULL THEN FALSE
      END AS unit_found,
    CAST(o.quota_staff AS INTEGER) AS quota_staff,
    CASE WHEN c.unit_code IS NOT NULL THEN TRUE WHEN contains(row_tables, '|project|')
      AND p.unit_code IS NOT NULL AND p.project_name IS NOT NULL THEN FALSE END AS copy_found,
    c.row_count AS copy_count,
    CASE WHEN t.project_code IS NOT NULL THEN t.line_sum
      WHEN contains(row_tables, '|line|') THEN 0 END AS line_sum,
    CASE WHEN t.project_code IS NOT NULL THEN t.other
      WHEN contains(row_tables, '|line|') THEN 0 END AS other,
    CASE WHEN t.project_code IS NOT NULL THEN t.meetings
      WHEN contains(row_tables, '|line|') THEN 0 END AS meetings,
    CASE WHEN t.project_code IS NOT NULL THEN CASE WHEN t.unnamed THEN FALSE
        WHEN t.unnamed_doubt THEN NULL ELSE TRUE END
      WHEN contains(row_tables, '|line|') THEN TRUE END AS all_named,
    coalesce(t.line_sum_owed, CASE WHEN contains(row_tables, '|line|') THEN 'unit' ELSE 'bureau' END)
      AS line_sum_owed,
    coalesce(t.other_owed, CASE WHEN contains(row_tables, '|line|') THEN 'unit' ELSE 'bureau' END)
      AS other_owed,
    coalesce(t.meetings_owed, CASE WHEN contains(row_tables, '|line|') THEN 'unit' ELSE 'bureau' END)
      AS meetings_owed,
    coalesce(t.named_owed, CASE WHEN contains(row_tables, '|line|') THEN 'unit' ELSE 'bureau' END)
      AS named_owed,
    (year(end_date + 1) - year(start_date)) * 12 + month(end_date + 1) - month(start_date)
      - (day(end_date + 1) < day(start_date))::INTEGER AS term_months
  FROM read_parquet('$in/project.parquet', file_row_number = true) AS p
  LEFT JOIN (SELECT project_code, executed_yuan, adjusted_yuan FROM read_parquet('$in/history.parquet')
    WHERE year = 2026) AS h ON h.project_code = p.project_code
  LEFT JOIN (SELECT unit_code, quota_staff FROM read_parquet('$in/organisation.parquet')) AS o
    ON o.unit_code = p.unit_code
  LEFT JOIN project_copy AS c ON c.unit_code = p.unit_code AND c.project_name = p.project_name
  LEFT JOIN line_total AS t ON t.project_code = p.project_code
);

-- Lines: most have no finding at all and are not kept.

CREATE TEMP TABLE l AS
SELECT * FROM (
  SELECT *,
    quantity * unit_price_yuan <> amount_yuan AS b33,
    amount_yuan <= 0 AS b34,
    economic_class = '30215' AND days > 3 AS b35,
    economic_class = '30216' AND days > 30 AS b36,
    economic_class = '30217' AND amount_yuan > 700000 AS b37,
    economic_class = '31002' AND procurement_mode = 'none' AND unit_price_yuan >= 5000 AS b38,
    amount_yuan > 0 AND quantity = 0 AS b39,
    economic_class IN ('30215', '30216') AND persons = 0 AS b40,
    level = '1' AND amount_yuan > project_yuan AS b41,
    times > 12 AS b42,
    item_missing AS b43,
    economic_class = '39999' AND amount_yuan > 900000 AS b44,
    procurement_mode <> 'none' AND purchase_missing AS b45,
    lane = 'works' AND economic_class IN ('30217', '30239')
      AND amount_yuan * 100 > project_yuan * 25 AS b46,
    economic_class = '30215' AND amount_yuan > meeting_cap * persons * days AS b51,
    economic_class = '30216' AND amount_yuan > training_cap * persons * days AS b52,
    economic_class = '31002' AND equipment_found AND unit_price_yuan > equipment_cap AS b53,
    economic_class IN ('30227', '30299') AND unit_price_yuan > high_yuan AS b54,
    CASE WHEN economic_class IN (SELECT code FROM economic) THEN FALSE END AS b58
  FROM (
    SELECT file_row_number AS n, l.row_key, l.project_code, p.unit_code, l.item, economic_class, tier,
      quantity, unit_price_yuan, CAST(persons AS INTEGER) AS persons, days, times, l.amount_yuan,
      procurement_mode, l.row_unsupplied AS u, p.row_unsupplied AS pu, p.row_key AS project_key,
      p.level, p.lane, p.amount_yuan AS project_yuan,
      missing(l.item, l.row_unsupplied, l.row_unreadable, 'item') AS item_missing,
      missing(purchase_code, l.row_unsupplied, l.row_unreadable, 'purchase_code')
        AS purchase_missing,
      high_yuan, members_unknown,
      CAST(m.value AS DECIMAL(18,2)) AS meeting_cap, m.status AS meeting_status,
      m.binding AS meeting_binds, m.id AS meeting_id,
      CAST(t.value AS DECIMAL(18,2)) AS training_cap, t.status AS training_status,
      t.binding AS training_binds, t.id AS training_id,
      CAST(e.value AS DECIMAL(18,2)) AS equipment_cap, e.status AS equipment_status,
      e.binding AS equipment_binds, e.id AS equipment_id,
      CASE WHEN e.code IS NOT NULL THEN TRUE WHEN tier IS NOT NULL THEN FALSE END
        AS equipment_found
    FROM read_parquet('$in/line.parquet', file_row_number = true) AS l
    LEFT JOIN (SELECT project_code, row_key, unit_code, level, lane, amount_yuan, row_unsupplied,
        substr(coalesce(region, '990101'), 1, 6) AS region
      FROM read_parquet('$in/project.parquet')) AS p ON p.project_code = l.project_code
    LEFT JOIN item_peer AS i ON i.item = l.item
    LEFT JOIN (FROM standard_now WHERE code = 'bench.meeting') AS m
      ON m.region = p.region AND m.key_1 = tier
    LEFT JOIN (FROM standard_now WHERE code = 'bench.training') AS t
      ON t.region = p.region AND t.key_1 = tier
    LEFT JOIN (FROM standard_now WHERE code = 'bench.equipment') AS e
      ON e.region = p.region AND e.key_1 = tier
  )
)
WHERE (b33 OR b34 OR b35 OR b36 OR b37 OR b38 OR b39 OR b40 OR b41 OR b42 OR b43 OR b44 OR b45 OR b46
  OR b51 OR b52 OR b53 OR b54 OR b58) IS NOT FALSE;

CREATE TEMP TABLE r AS
SELECT row_number() OVER (ORDER BY key) AS n, key AS row_key, s.project_code, p.unit_code, row_count,
  s.amount_yuan, largest_yuan, members_unknown,
  row_count >= 2 AND s.amount_yuan >= 600000 AND largest_yuan < 600000 AS b56
FROM line_repeat AS s
LEFT JOIN (SELECT project_code, unit_code FROM read_parquet('$in/project.parquet')) AS p
  ON p.project_code = s.project_code;

-- Findings.

-- Findings.

CREATE TEMP TABLE finding AS
SELECT 1 AS no, n, row_key, project_code, unit_code, b01 AS failed, money(amount_yuan) AS
  measured, owed(amount_yuan, u, 'amount_yuan') AS owed, concat_ws(',', lack(amount_yuan,
  'project.amount_yuan')) AS missing FROM p WHERE b01 IS NOT FALSE
UNION ALL BY NAME
SELECT 2 AS no, n, row_key, project_code, unit_code, b02 AS failed, money(sources) AS measured,
  money(amount_yuan) AS allowed, greatest(owed(fiscal_yuan, u, 'fiscal_yuan'), owed(special_yuan,
  u, 'special_yuan'), owed(fund_yuan, u, 'fund_yuan'), owed(own_yuan, u, 'own_yuan'),
  owed(carry_over_yuan, u, 'carry_over_yuan'), owed(amount_yuan, u, 'amount_yuan')) AS owed,
  concat_ws(',', lack(fiscal_yuan, 'project.fiscal_yuan'), lack(special_yuan,
  'project.special_yuan'), lack(fund_yuan, 'project.fund_yuan'), lack(own_yuan,
  'project.own_yuan'), lack(carry_over_yuan, 'project.carry_over_yuan'), lack(amount_yuan,
  'project.amount_yuan')) AS missing FROM p WHERE b02 IS NOT FALSE
UNION ALL BY NAME
SELECT 3 AS no, n, row_key, project_code, unit_code, b03 AS failed, money(total_yuan) AS measured,
  money(amount_yuan) AS allowed, greatest(owed(total_yuan, u, 'total_yuan'), owed(amount_yuan, u,
  'amount_yuan')) AS owed, concat_ws(',', lack(total_yuan, 'project.total_yuan'),
  lack(amount_yuan, 'project.amount_yuan')) AS missing FROM p WHERE b03 IS NOT FALSE
UNION ALL BY NAME
SELECT 4 AS no, n, row_key, project_code, unit_code, b04 AS failed, CAST(end_date AS VARCHAR) AS
  measured, CAST(start_date AS VARCHAR) AS allowed, greatest(owed(end_date, u, 'end_date'),
  owed(start_date, u, 'start_date')) AS owed, concat_ws(',', lack(end_date, 'project.end_date'),
  lack(start_date, 'project.start_date')) AS missing FROM p WHERE b04 IS NOT FALSE
UNION ALL BY NAME
SELECT 5 AS no, n, row_key, project_code, unit_code, b05 AS failed, CAST(start_date AS VARCHAR) AS
  measured, '2027-12-31' AS allowed, owed(start_date, u, 'start_date') AS owed, concat_ws(',',
  lack(start_date, 'project.start_date')) AS missing FROM p WHERE b05 IS NOT FALSE
UNION ALL BY NAME
SELECT 6 AS no, n, row_key, project_code, unit_code, b06 AS failed, CAST(end_date AS VARCHAR) AS
  measured, '2027-01-01' AS allowed, amount_yuan AS stake, greatest(owed(lane, u, 'lane'),
  owed(end_date, u, 'end_date')) AS owed, concat_ws(',', lack(lane, 'project.lane'),
  lack(end_date, 'project.end_date')) AS missing FROM p WHERE b06 IS NOT FALSE
UNION ALL BY NAME
SELECT 7 AS no, n, row_key, project_code, unit_code, b07 AS failed, money(meeting_yuan) AS
  measured, money(amount_yuan * 0.10) AS allowed, greatest(owed(lane, u, 'lane'),
  owed(meeting_yuan, u, 'meeting_yuan'), owed(amount_yuan, u, 'amount_yuan')) AS owed,
  concat_ws(',', lack(lane, 'project.lane'), lack(meeting_yuan, 'project.meeting_yuan'),
  lack(amount_yuan, 'project.amount_yuan')) AS missing FROM p WHERE b07 IS NOT FALSE
UNION ALL BY NAME
SELECT 8 AS no, n, row_key, project_code, unit_code, b08 AS failed, money(training_yuan) AS
  measured, money(amount_yuan * 0.15) AS allowed, greatest(owed(lane, u, 'lane'),
  owed(training_yuan, u, 'training_yuan'), owed(amount_yuan, u, 'amount_yuan')) AS owed,
  concat_ws(',', lack(lane, 'project.lane'), lack(training_yuan, 'project.training_yuan'),
  lack(amount_yuan, 'project.amount_yuan')) AS missing FROM p WHERE b08 IS NOT FALSE
UNION ALL BY NAME
SELECT 9 AS no, n, row_key, project_code, unit_code, b09 AS failed, money(travel_yuan) AS
  measured, money(amount_yuan * 0.20) AS allowed, greatest(owed(lane, u, 'lane'),
  owed(travel_yuan, u, 'travel_yuan'), owed(amount_yuan, u, 'amount_yuan')) AS owed,
  concat_ws(',', lack(lane, 'project.lane'), lack(travel_yuan, 'project.travel_yuan'),
  lack(amount_yuan, 'project.amount_yuan')) AS missing FROM p WHERE b09 IS NOT FALSE
UNION ALL BY NAME
SELECT 10 AS no, n, row_key, project_code, unit_code, b10 AS failed, money(info_yuan) AS measured,
  money(amount_yuan * 0.08) AS allowed, greatest(owed(lane, u, 'lane'), owed(info_yuan, u,
  'info_yuan'), owed(amount_yuan, u, 'amount_yuan')) AS owed, concat_ws(',', lack(lane,
  'project.lane'), lack(info_yuan, 'project.info_yuan'), lack(amount_yuan, 'project.amount_yuan'))
  AS missing FROM p WHERE b10 IS NOT FALSE
UNION ALL BY NAME
SELECT 11 AS no, n, row_key, project_code, unit_code, b11 AS failed, money(outsourcing_yuan) AS
  measured, money(amount_yuan * 0.60) AS allowed, greatest(owed(lane, u, 'lane'),
  owed(outsourcing_yuan, u, 'outsourcing_yuan'), owed(amount_yuan, u, 'amount_yuan')) AS owed,
  concat_ws(',', lack(lane, 'project.lane'), lack(outsourcing_yuan, 'project.outsourcing_yuan'),
  lack(amount_yuan, 'project.amount_yuan')) AS missing FROM p WHERE b11 IS NOT FALSE
UNION ALL BY NAME
SELECT 12 AS no, n, row_key, project_code, unit_code, b12 AS failed, money(procurement_yuan) AS
  measured, money(amount_yuan) AS allowed, procurement_yuan - amount_yuan AS stake,
  greatest(owed(procurement_yuan, u, 'procurement_yuan'), owed(amount_yuan, u, 'amount_yuan')) AS
  owed, concat_ws(',', lack(procurement_yuan, 'project.procurement_yuan'), lack(amount_yuan,
  'project.amount_yuan')) AS missing FROM p WHERE b12 IS NOT FALSE
UNION ALL BY NAME
SELECT 13 AS no, n, row_key, project_code, unit_code, b13 AS failed, money(construction_yuan) AS
  measured, money(amount_yuan * 0.50) AS allowed, greatest(owed(lane, u, 'lane'),
  owed(construction_yuan, u, 'construction_yuan'), owed(amount_yuan, u, 'amount_yuan')) AS owed,
  concat_ws(',', lack(lane, 'project.lane'), lack(construction_yuan, 'project.construction_yuan'),
  lack(amount_yuan, 'project.amount_yuan')) AS missing FROM p WHERE b13 IS NOT FALSE
UNION ALL BY NAME
SELECT 14 AS no, n, row_key, project_code, unit_code, b14 AS failed, money(amount_yuan) AS
  measured, money(last_year_yuan * 1.30) AS allowed, amount_yuan - last_year_yuan AS stake,
  greatest(owed(recurrence, u, 'recurrence'), owed(amount_yuan, u, 'amount_yuan'),
  owed(last_year_yuan, u, 'last_year_yuan')) AS owed, concat_ws(',', lack(recurrence,
  'project.recurrence'), lack(amount_yuan, 'project.amount_yuan'), lack(last_year_yuan,
  'project.last_year_yuan')) AS missing FROM p WHERE b14 IS NOT FALSE
UNION ALL BY NAME
SELECT 15 AS no, n, row_key, project_code, unit_code, b15 AS failed, money(executed_yuan) AS
  measured, money(adjusted_yuan * 0.80) AS allowed, greatest(CASE WHEN last_year_found IS NULL
  THEN 'bureau' END, owed(recurrence, u, 'recurrence'), CASE WHEN executed_yuan IS NULL THEN
  'bureau' END, CASE WHEN adjusted_yuan IS NULL THEN 'bureau' END, owed(project_code, u,
  'project_code')) AS owed, concat_ws(',', lack(last_year_found, 'last_year.found'),
  lack(recurrence, 'project.recurrence'), lack(executed_yuan, 'last_year.executed_yuan'),
  lack(adjusted_yuan, 'last_year.adjusted_yuan'), lack(project_code, 'project.project_code')) AS
  missing FROM p WHERE b15 IS NOT FALSE
UNION ALL BY NAME
SELECT 16 AS no, n, row_key, project_code, unit_code, b16 AS failed, money(last_executed_yuan) AS
  measured, money(last_year_yuan) AS allowed, greatest(owed(recurrence, u, 'recurrence'),
  owed(last_executed_yuan, u, 'last_executed_yuan'), owed(last_year_yuan, u, 'last_year_yuan')) AS
  owed, concat_ws(',', lack(recurrence, 'project.recurrence'), lack(last_executed_yuan,
  'project.last_executed_yuan'), lack(last_year_yuan, 'project.last_year_yuan')) AS missing FROM p
  WHERE b16 IS NOT FALSE
UNION ALL BY NAME
SELECT 17 AS no, n, row_key, project_code, unit_code, b17 AS failed, money(next_year_yuan) AS
  measured, money(amount_yuan * 2) AS allowed, greatest(owed(recurrence, u, 'recurrence'),
  owed(next_year_yuan, u, 'next_year_yuan'), owed(amount_yuan, u, 'amount_yuan')) AS owed,
  concat_ws(',', lack(recurrence, 'project.recurrence'), lack(next_year_yuan,
  'project.next_year_yuan'), lack(amount_yuan, 'project.amount_yuan')) AS missing FROM p WHERE b17
  IS NOT FALSE
UNION ALL BY NAME
SELECT 18 AS no, n, row_key, project_code, unit_code, b18 AS failed, money(construction_yuan) AS
  measured, greatest(owed(lane, u, 'lane'), owed(construction_yuan, u, 'construction_yuan')) AS
  owed, concat_ws(',', lack(lane, 'project.lane'), lack(construction_yuan,
  'project.construction_yuan')) AS missing FROM p WHERE b18 IS NOT FALSE
UNION ALL BY NAME
SELECT 19 AS no, n, row_key, project_code, unit_code, b19 AS failed, greatest(owed(level, u,
  'level'), owed(parent_missing, u, 'parent_code')) AS owed, concat_ws(',', lack(level,
  'project.level'), lack(parent_missing, 'project.parent_code')) AS missing FROM p WHERE b19 IS
  NOT FALSE
UNION ALL BY NAME
SELECT 20 AS no, n, row_key, project_code, unit_code, b20 AS failed, parent_code AS measured,
  greatest(owed(level, u, 'level'), owed(parent_missing, u, 'parent_code')) AS owed,
  concat_ws(',', lack(level, 'project.level'), lack(parent_missing, 'project.parent_code')) AS
  missing FROM p WHERE b20 IS NOT FALSE
UNION ALL BY NAME
SELECT 21 AS no, n, row_key, project_code, unit_code, b21 AS failed, money(amount_yuan) AS
  measured, amount_yuan AS stake, greatest(owed(lane, u, 'lane'), owed(amount_yuan, u,
  'amount_yuan'), owed(has_feasibility, u, 'has_feasibility')) AS owed, concat_ws(',', lack(lane,
  'project.lane'), lack(amount_yuan, 'project.amount_yuan'), lack(has_feasibility,
  'project.has_feasibility')) AS missing FROM p WHERE b21 IS NOT FALSE
UNION ALL BY NAME
SELECT 22 AS no, n, row_key, project_code, unit_code, b22 AS failed, CAST(area_m2 AS VARCHAR) AS
  measured, CAST(staff_count * 20 AS VARCHAR) AS allowed, greatest(owed(lane, u, 'lane'),
  owed(area_m2, u, 'area_m2'), owed(staff_count, u, 'staff_count')) AS owed, concat_ws(',',
  lack(lane, 'project.lane'), lack(area_m2, 'project.area_m2'), lack(staff_count,
  'project.staff_count')) AS missing FROM p WHERE b22 IS NOT FALSE
UNION ALL BY NAME
SELECT 23 AS no, n, row_key, project_code, unit_code, b23 AS failed, money(construction_yuan) AS
  measured, CAST(area_m2 * 6000 AS VARCHAR) AS allowed, construction_yuan - area_m2 * 6000 AS
  stake, greatest(owed(lane, u, 'lane'), owed(construction_yuan, u, 'construction_yuan'),
  owed(area_m2, u, 'area_m2')) AS owed, concat_ws(',', lack(lane, 'project.lane'),
  lack(construction_yuan, 'project.construction_yuan'), lack(area_m2, 'project.area_m2')) AS
  missing FROM p WHERE b23 IS NOT FALSE
UNION ALL BY NAME
SELECT 24 AS no, n, row_key, project_code, unit_code, b24 AS failed, money(amount_yuan) AS
  measured, CAST(beneficiary_count * 10000 AS VARCHAR) AS allowed, greatest(owed(lane, u, 'lane'),
  owed(amount_yuan, u, 'amount_yuan'), owed(beneficiary_count, u, 'beneficiary_count')) AS owed,
  concat_ws(',', lack(lane, 'project.lane'), lack(amount_yuan, 'project.amount_yuan'),
  lack(beneficiary_count, 'project.beneficiary_count')) AS missing FROM p WHERE b24 IS NOT FALSE
UNION ALL BY NAME
SELECT 25 AS no, n, row_key, project_code, unit_code, b25 AS failed, owed(goal_missing, u,
  'goal_text') AS owed, concat_ws(',', lack(goal_missing, 'project.goal_text')) AS missing FROM p
  WHERE b25 IS NOT FALSE
UNION ALL BY NAME
SELECT 26 AS no, n, row_key, project_code, unit_code, b26 AS failed, greatest(owed(lane, u,
  'lane'), owed(basis_missing, u, 'basis_text')) AS owed, concat_ws(',', lack(lane,
  'project.lane'), lack(basis_missing, 'project.basis_text')) AS missing FROM p WHERE b26 IS NOT
  FALSE
UNION ALL BY NAME
SELECT 27 AS no, n, row_key, project_code, unit_code, b27 AS failed, owed(name_missing, u,
  'project_name') AS owed, concat_ws(',', lack(name_missing, 'project.project_name')) AS missing
  FROM p WHERE b27 IS NOT FALSE
UNION ALL BY NAME
SELECT 28 AS no, n, row_key, project_code, unit_code, b28 AS failed, CAST(end_date AS VARCHAR) AS
  measured, '2029-12-31' AS allowed, greatest(owed(recurrence, u, 'recurrence'), owed(end_date, u,
  'end_date')) AS owed, concat_ws(',', lack(recurrence, 'project.recurrence'), lack(end_date,
  'project.end_date')) AS missing FROM p WHERE b28 IS NOT FALSE
UNION ALL BY NAME
SELECT 29 AS no, n, row_key, project_code, unit_code, b29 AS failed, CAST(own_share AS VARCHAR) AS
  measured, owed(own_share, u, 'own_share') AS owed, concat_ws(',', lack(own_share,
  'project.own_share')) AS missing FROM p WHERE b29 IS NOT FALSE
UNION ALL BY NAME
SELECT 30 AS no, n, row_key, project_code, unit_code, b30 AS failed, money(special_yuan) AS
  measured, greatest(owed(lane, u, 'lane'), owed(special_yuan, u, 'special_yuan')) AS owed,
  concat_ws(',', lack(lane, 'project.lane'), lack(special_yuan, 'project.special_yuan')) AS
  missing FROM p WHERE b30 IS NOT FALSE
UNION ALL BY NAME
SELECT 31 AS no, n, row_key, project_code, unit_code, b31 AS failed, money(carry_over_yuan) AS
  measured, money(last_year_yuan - last_executed_yuan) AS allowed, greatest(owed(recurrence, u,
  'recurrence'), owed(carry_over_yuan, u, 'carry_over_yuan'), owed(last_year_yuan, u,
  'last_year_yuan'), owed(last_executed_yuan, u, 'last_executed_yuan')) AS owed, concat_ws(',',
  lack(recurrence, 'project.recurrence'), lack(carry_over_yuan, 'project.carry_over_yuan'),
  lack(last_year_yuan, 'project.last_year_yuan'), lack(last_executed_yuan,
  'project.last_executed_yuan')) AS missing FROM p WHERE b31 IS NOT FALSE
UNION ALL BY NAME
SELECT 32 AS no, n, row_key, project_code, unit_code, b32 AS failed, CAST(staff_count AS VARCHAR)
  AS measured, CAST(quota_staff AS VARCHAR) AS allowed, greatest(CASE WHEN unit_found IS NULL THEN
  'bureau' END, owed(staff_count, u, 'staff_count'), CASE WHEN quota_staff IS NULL THEN 'bureau'
  END, owed(unit_code, u, 'unit_code')) AS owed, concat_ws(',', lack(unit_found, 'unit.found'),
  lack(staff_count, 'project.staff_count'), lack(quota_staff, 'unit.quota_staff'), lack(unit_code,
  'project.unit_code')) AS missing FROM p WHERE b32 IS NOT FALSE
UNION ALL BY NAME
SELECT 33 AS no, n, row_key, project_code, unit_code, b33 AS failed, money(quantity *
  unit_price_yuan) AS measured, money(amount_yuan) AS allowed, greatest(owed(quantity, u,
  'quantity'), owed(unit_price_yuan, u, 'unit_price_yuan'), owed(amount_yuan, u, 'amount_yuan'))
  AS owed, concat_ws(',', lack(quantity, 'line.quantity'), lack(unit_price_yuan,
  'line.unit_price_yuan'), lack(amount_yuan, 'line.amount_yuan')) AS missing FROM l WHERE b33 IS
  NOT FALSE
UNION ALL BY NAME
SELECT 34 AS no, n, row_key, project_code, unit_code, b34 AS failed, money(amount_yuan) AS
  measured, owed(amount_yuan, u, 'amount_yuan') AS owed, concat_ws(',', lack(amount_yuan,
  'line.amount_yuan')) AS missing FROM l WHERE b34 IS NOT FALSE
UNION ALL BY NAME
SELECT 35 AS no, n, row_key, project_code, unit_code, b35 AS failed, CAST(days AS VARCHAR) AS
  measured, greatest(owed(economic_class, u, 'economic_class'), owed(days, u, 'days')) AS owed,
  concat_ws(',', lack(economic_class, 'line.economic_class'), lack(days, 'line.days')) AS missing
  FROM l WHERE b35 IS NOT FALSE
UNION ALL BY NAME
SELECT 36 AS no, n, row_key, project_code, unit_code, b36 AS failed, CAST(days AS VARCHAR) AS
  measured, greatest(owed(economic_class, u, 'economic_class'), owed(days, u, 'days')) AS owed,
  concat_ws(',', lack(economic_class, 'line.economic_class'), lack(days, 'line.days')) AS missing
  FROM l WHERE b36 IS NOT FALSE
UNION ALL BY NAME
SELECT 37 AS no, n, row_key, project_code, unit_code, b37 AS failed, money(amount_yuan) AS
  measured, amount_yuan - 700000 AS stake, greatest(owed(economic_class, u, 'economic_class'),
  owed(amount_yuan, u, 'amount_yuan')) AS owed, concat_ws(',', lack(economic_class,
  'line.economic_class'), lack(amount_yuan, 'line.amount_yuan')) AS missing FROM l WHERE b37 IS
  NOT FALSE
UNION ALL BY NAME
SELECT 38 AS no, n, row_key, project_code, unit_code, b38 AS failed, money(unit_price_yuan) AS
  measured, greatest(owed(economic_class, u, 'economic_class'), owed(procurement_mode, u,
  'procurement_mode'), owed(unit_price_yuan, u, 'unit_price_yuan')) AS owed, concat_ws(',',
  lack(economic_class, 'line.economic_class'), lack(procurement_mode, 'line.procurement_mode'),
  lack(unit_price_yuan, 'line.unit_price_yuan')) AS missing FROM l WHERE b38 IS NOT FALSE
UNION ALL BY NAME
SELECT 39 AS no, n, row_key, project_code, unit_code, b39 AS failed, money(amount_yuan) AS
  measured, greatest(owed(amount_yuan, u, 'amount_yuan'), owed(quantity, u, 'quantity')) AS owed,
  concat_ws(',', lack(amount_yuan, 'line.amount_yuan'), lack(quantity, 'line.quantity')) AS
  missing FROM l WHERE b39 IS NOT FALSE
UNION ALL BY NAME
SELECT 40 AS no, n, row_key, project_code, unit_code, b40 AS failed, CAST(persons AS VARCHAR) AS
  measured, greatest(owed(economic_class, u, 'economic_class'), owed(persons, u, 'persons')) AS
  owed, concat_ws(',', lack(economic_class, 'line.economic_class'), lack(persons, 'line.persons'))
  AS missing FROM l WHERE b40 IS NOT FALSE
UNION ALL BY NAME
SELECT 41 AS no, n, row_key, project_code, unit_code, b41 AS failed, money(amount_yuan) AS
  measured, money(project_yuan) AS allowed, amount_yuan - project_yuan AS stake, greatest(CASE
  WHEN level IS NULL THEN CASE WHEN project_key IS NULL THEN 'bureau' ELSE owed(level, pu,
  'level') END END, owed(amount_yuan, u, 'amount_yuan'), CASE WHEN project_yuan IS NULL THEN CASE
  WHEN project_key IS NULL THEN 'bureau' ELSE owed(project_yuan, pu, 'amount_yuan') END END,
  owed(project_code, u, 'project_code')) AS owed, concat_ws(',', lack(level, 'project.level'),
  lack(amount_yuan, 'line.amount_yuan'), lack(project_yuan, 'project.amount_yuan'),
  lack(project_code, 'line.project_code')) AS missing FROM l WHERE b41 IS NOT FALSE
UNION ALL BY NAME
SELECT 42 AS no, n, row_key, project_code, unit_code, b42 AS failed, CAST(times AS VARCHAR) AS
  measured, owed(times, u, 'times') AS owed, concat_ws(',', lack(times, 'line.times')) AS missing
  FROM l WHERE b42 IS NOT FALSE
UNION ALL BY NAME
SELECT 43 AS no, n, row_key, project_code, unit_code, b43 AS failed, owed(item_missing, u, 'item')
  AS owed, concat_ws(',', lack(item_missing, 'line.item')) AS missing FROM l WHERE b43 IS NOT
  FALSE
UNION ALL BY NAME
SELECT 44 AS no, n, row_key, project_code, unit_code, b44 AS failed, money(amount_yuan) AS
  measured, greatest(owed(economic_class, u, 'economic_class'), owed(amount_yuan, u,
  'amount_yuan')) AS owed, concat_ws(',', lack(economic_class, 'line.economic_class'),
  lack(amount_yuan, 'line.amount_yuan')) AS missing FROM l WHERE b44 IS NOT FALSE
UNION ALL BY NAME
SELECT 45 AS no, n, row_key, project_code, unit_code, b45 AS failed,
  greatest(owed(procurement_mode, u, 'procurement_mode'), owed(purchase_missing, u,
  'purchase_code')) AS owed, concat_ws(',', lack(procurement_mode, 'line.procurement_mode'),
  lack(purchase_missing, 'line.purchase_code')) AS missing FROM l WHERE b45 IS NOT FALSE
UNION ALL BY NAME
SELECT 46 AS no, n, row_key, project_code, unit_code, b46 AS failed, money(amount_yuan) AS
  measured, money(project_yuan * 0.25) AS allowed, greatest(CASE WHEN lane IS NULL THEN CASE WHEN
  project_key IS NULL THEN 'bureau' ELSE owed(lane, pu, 'lane') END END, owed(economic_class, u,
  'economic_class'), owed(amount_yuan, u, 'amount_yuan'), CASE WHEN project_yuan IS NULL THEN CASE
  WHEN project_key IS NULL THEN 'bureau' ELSE owed(project_yuan, pu, 'amount_yuan') END END,
  owed(project_code, u, 'project_code')) AS owed, concat_ws(',', lack(lane, 'project.lane'),
  lack(economic_class, 'line.economic_class'), lack(amount_yuan, 'line.amount_yuan'),
  lack(project_yuan, 'project.amount_yuan'), lack(project_code, 'line.project_code')) AS missing
  FROM l WHERE b46 IS NOT FALSE
UNION ALL BY NAME
SELECT 47 AS no, n, row_key, project_code, unit_code, b47 AS failed, money(line_sum) AS measured,
  money(amount_yuan) AS allowed, greatest(CASE WHEN line_sum IS NULL THEN line_sum_owed END,
  owed(amount_yuan, u, 'amount_yuan')) AS owed, concat_ws(',', lack(line_sum,
  'project.line_sum_yuan'), lack(amount_yuan, 'project.amount_yuan')) AS missing FROM p WHERE b47
  IS NOT FALSE
UNION ALL BY NAME
SELECT 48 AS no, n, row_key, project_code, unit_code, b48 AS failed, money(other) AS measured,
  money(amount_yuan * 0.30) AS allowed, greatest(owed(lane, u, 'lane'), CASE WHEN other IS NULL
  THEN other_owed END, owed(amount_yuan, u, 'amount_yuan')) AS owed, concat_ws(',', lack(lane,
  'project.lane'), lack(other, 'project.other_yuan'), lack(amount_yuan, 'project.amount_yuan')) AS
  missing FROM p WHERE b48 IS NOT FALSE
UNION ALL BY NAME
SELECT 49 AS no, n, row_key, project_code, unit_code, b49 AS failed, CAST(meetings AS VARCHAR) AS
  measured, CASE WHEN meetings IS NULL THEN meetings_owed END AS owed, concat_ws(',',
  lack(meetings, 'project.meeting_count')) AS missing FROM p WHERE b49 IS NOT FALSE
UNION ALL BY NAME
SELECT 50 AS no, n, row_key, project_code, unit_code, b50 AS failed, CASE WHEN all_named IS NULL
  THEN named_owed END AS owed, concat_ws(',', lack(all_named, 'project.all_named')) AS missing
  FROM p WHERE b50 IS NOT FALSE
UNION ALL BY NAME
SELECT 51 AS no, n, row_key, project_code, unit_code, b51 AS failed, money(amount_yuan) AS
  measured, money(meeting_cap * persons * days) AS allowed, amount_yuan - meeting_cap * persons *
  days AS stake, meeting_status AS status, meeting_binds AS binds, meeting_id AS standard,
  greatest(owed(economic_class, u, 'economic_class'), owed(amount_yuan, u, 'amount_yuan'), CASE
  WHEN meeting_cap IS NULL THEN 'bureau' END, owed(persons, u, 'persons'), owed(days, u, 'days'),
  owed(tier, u, 'tier')) AS owed, concat_ws(',', lack(economic_class, 'line.economic_class'),
  lack(amount_yuan, 'line.amount_yuan'), CASE WHEN meeting_cap IS NULL AND tier IS NOT NULL THEN
  '"standard:bench.meeting"' END, lack(persons, 'line.persons'), lack(days, 'line.days'),
  lack(tier, 'line.tier')) AS missing FROM l WHERE b51 IS NOT FALSE
UNION ALL BY NAME
SELECT 52 AS no, n, row_key, project_code, unit_code, b52 AS failed, money(amount_yuan) AS
  measured, money(training_cap * persons * days) AS allowed, amount_yuan - training_cap * persons
  * days AS stake, training_status AS status, training_binds AS binds, training_id AS standard,
  greatest(owed(economic_class, u, 'economic_class'), owed(amount_yuan, u, 'amount_yuan'), CASE
  WHEN training_cap IS NULL THEN 'bureau' END, owed(persons, u, 'persons'), owed(days, u, 'days'),
  owed(tier, u, 'tier')) AS owed, concat_ws(',', lack(economic_class, 'line.economic_class'),
  lack(amount_yuan, 'line.amount_yuan'), CASE WHEN training_cap IS NULL AND tier IS NOT NULL THEN
  '"standard:bench.training"' END, lack(persons, 'line.persons'), lack(days, 'line.days'),
  lack(tier, 'line.tier')) AS missing FROM l WHERE b52 IS NOT FALSE
UNION ALL BY NAME
SELECT 53 AS no, n, row_key, project_code, unit_code, b53 AS failed, money(unit_price_yuan) AS
  measured, money(equipment_cap) AS allowed, equipment_status AS status, equipment_binds AS binds,
  equipment_id AS standard, greatest(owed(economic_class, u, 'economic_class'), CASE WHEN
  equipment_cap IS NULL THEN 'bureau' END, owed(unit_price_yuan, u, 'unit_price_yuan'), owed(tier,
  u, 'tier')) AS owed, concat_ws(',', lack(economic_class, 'line.economic_class'), CASE WHEN
  equipment_cap IS NULL AND tier IS NOT NULL THEN '"standard:bench.equipment"' END,
  lack(unit_price_yuan, 'line.unit_price_yuan'), lack(tier, 'line.tier')) AS missing FROM l WHERE
  b53 IS NOT FALSE
UNION ALL BY NAME
SELECT 54 AS no, n, row_key, project_code, unit_code, b54 AS failed, money(unit_price_yuan) AS
  measured, money(high_yuan) AS allowed, members_unknown AS members, greatest(owed(economic_class,
  u, 'economic_class'), owed(unit_price_yuan, u, 'unit_price_yuan'), CASE WHEN high_yuan IS NULL
  THEN 'unit' END, owed(item, u, 'item')) AS owed, concat_ws(',', lack(economic_class,
  'line.economic_class'), lack(unit_price_yuan, 'line.unit_price_yuan'), lack(high_yuan,
  'peer.high_yuan'), lack(item, 'line.item')) AS missing FROM l WHERE b54 IS NOT FALSE
UNION ALL BY NAME
SELECT 55 AS no, n, row_key, project_code, unit_code, b55 AS failed, CAST(copy_count AS VARCHAR)
  AS measured, greatest(CASE WHEN copy_found IS NULL THEN 'unit' END, owed(unit_code, u,
  'unit_code'), owed(project_name, u, 'project_name')) AS owed, concat_ws(',', lack(copy_found,
  'copy.found'), lack(unit_code, 'project.unit_code'), lack(project_name, 'project.project_name'))
  AS missing FROM p WHERE b55 IS NOT FALSE
UNION ALL BY NAME
SELECT 56 AS no, n, row_key, project_code, unit_code, b56 AS failed, money(amount_yuan) AS
  measured, money(largest_yuan) AS allowed, amount_yuan AS stake, members_unknown AS members,
  greatest(CASE WHEN row_count IS NULL THEN 'unit' END, CASE WHEN amount_yuan IS NULL THEN 'unit'
  END, CASE WHEN largest_yuan IS NULL THEN 'unit' END) AS owed, concat_ws(',', lack(row_count,
  'line_repeat.row_count'), lack(amount_yuan, 'line_repeat.amount_yuan'), lack(largest_yuan,
  'line_repeat.largest_yuan')) AS missing FROM r WHERE b56 IS NOT FALSE
UNION ALL BY NAME
SELECT 57 AS no, n, row_key, project_code, unit_code, b57 AS failed, functional_class AS measured,
  owed(functional_class, u, 'functional_class') AS owed, concat_ws(',', lack(functional_class,
  'project.functional_class')) AS missing FROM p WHERE b57 IS NOT FALSE
UNION ALL BY NAME
SELECT 58 AS no, n, row_key, project_code, unit_code, b58 AS failed, economic_class AS measured,
  owed(economic_class, u, 'economic_class') AS owed, concat_ws(',', lack(economic_class,
  'line.economic_class')) AS missing FROM l WHERE b58 IS NOT FALSE
UNION ALL BY NAME
SELECT 59 AS no, n, row_key, project_code, unit_code, b59 AS failed, CAST(term_months AS VARCHAR)
  AS measured, CASE WHEN term_months IS NULL THEN 'unit' END AS owed, concat_ws(',',
  lack(term_months, 'project.term_months')) AS missing FROM p WHERE b59 IS NOT FALSE
UNION ALL BY NAME
SELECT 60 AS no, n, row_key, project_code, unit_code, b60 AS failed, project_name AS measured,
  owed(project_name, u, 'project_name') AS owed, concat_ws(',', lack(project_name,
  'project.project_name')) AS missing FROM p WHERE b60 IS NOT FALSE;

COPY (
  SELECT rule_id, digest AS rule_digest, subject, row_key AS key, project_code, unit_code,
    CASE WHEN failed THEN 'fail' ELSE 'unknown' END AS outcome,
    coalesce(status, 'active') AS status,
    CASE WHEN binds = FALSE THEN 'hint' ELSE severity END AS severity,
    measured, allowed, value_kind, CAST(stake AS DECIMAL(18,2)) AS at_stake_yuan,
    CASE WHEN failed IS NULL THEN coalesce(owed, 'external') END AS owed_by,
    CAST(coalesce(members, 0) AS BIGINT) AS members_unknown,
    CASE WHEN standard IS NULL THEN '[]' ELSE '["' || standard || '"]' END AS standards,
    '[]' AS evidence,
    CASE WHEN failed IS NULL THEN '[' || missing || ']' ELSE '[]' END AS missing
  FROM finding JOIN rule USING (no) JOIN rule_digest USING (rule_id)
  ORDER BY no, n
) TO '$out/verdict.parquet' (FORMAT parquet, COMPRESSION zstd);
