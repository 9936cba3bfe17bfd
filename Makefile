# Two commands to know: `make review` and `make test`.
SAMPLE ?= samples/county/data
# The pack and the texts that lie beside a sample go with it; your own data is reviewed under the national pack.
BESIDE = $(wildcard $(SAMPLE)/../pack/pack.toml)
LIBRARY = $(wildcard $(SAMPLE)/../library)
PAPERS = $(wildcard $(SAMPLE)/../attachments)
REVIEW_OPTIONS ?= $(if $(BESIDE),--pack "$(SAMPLE)/../pack") $(if $(LIBRARY),--library "$(SAMPLE)/../library") \
	$(if $(PAPERS),--attachments "$(SAMPLE)/../attachments")
PYTHON ?=
export PYTHON

.PHONY: help review review-full test test-spark lint format docs bench soak serve bundle licences clean

help:
	@printf '%s\n' \
	  'make review      准备环境并评审样例（换自己的数据：make review SAMPLE=目录）' \
	  'make review-full 连同扫描件一起评审（装识别组件，样例约需几分钟）' \
	  'make test        装齐测试所需并跑完全部检查与测试' \
	  'make serve       启动网站（样例县，印出地址和登录名）' \
	  'make bundle      做成离线安装包，拷到内网安装' \
	  'make test-spark  只跑 Spark 上的测试' \
	  'make lint        只做代码检查' \
	  'make format      整理代码格式' \
	  'make docs        重新生成参考文档' \
	  'make bench       测速'

review:
	@sh tools/start.sh base
	@.venv/bin/shangji review $(REVIEW_OPTIONS) "$(SAMPLE)"

review-full:
	@sh tools/start.sh base ocr
	@.venv/bin/shangji review $(REVIEW_OPTIONS) --scans "$(SAMPLE)"

test:
	@sh tools/start.sh base proof docs dev web postgres spark ml ocr
	@.venv/bin/python tools/check.py all

test-spark:
	@sh tools/start.sh base proof docs dev web postgres spark ml ocr
	@.venv/bin/python tools/check.py spark

lint:
	@sh tools/start.sh base proof docs dev
	@.venv/bin/python tools/check.py lint

format:
	@sh tools/start.sh base proof docs dev
	@.venv/bin/ruff format --quiet .
	@.venv/bin/ruff check --fix --quiet .

docs:
	@sh tools/start.sh base proof docs dev
	@.venv/bin/python tools/reference.py
	@PYTHONPATH=tools .venv/bin/python tools/dictionary.py

bench:
	@sh tools/start.sh base bench
	@.venv/bin/python bench/speed.py --page $(BENCH)

# Kills ledger and review a hundred times at each fail point, and flips as many more bits.
soak:
	@sh tools/start.sh base proof docs dev ml
	@SHANGJI_ROUNDS=100 .venv/bin/python -m pytest -q \
	tests/library/test_ledger_damage.py tests/library/test_ledger_faults.py \
	tests/library/test_review_faults.py tests/library/test_document_caps.py \
	tests/library/test_ledger_database.py tests/property/test_allocate_brute.py

# Starts on SQLite with the sample county; SHANGJI_DATABASE_URL=postgresql://… keeps the records there.
serve:
	@sh tools/start.sh base proof docs web $(if $(SHANGJI_DATABASE_URL),postgres)
	@.venv/bin/shangji serve

# One archive that installs on a machine without a network.
bundle:
	@sh tools/start.sh base
	@.venv/bin/python tools/bundle.py

# Reads the licences of every pinned package, so it installs all lists.
licences:
	@sh tools/start.sh base docs ocr ml web proof postgres dev spark bench
	@.venv/bin/python tools/licences.py

clean:
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build
