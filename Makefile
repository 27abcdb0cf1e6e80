# The index of commands. `make demo` and `make test` do all of their own set-up; everything else builds on that.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export HF_HUB_OFFLINE ?= 1

.PHONY: attacks demo test lint setup lock docs clean bench-ltr bench-start bench-encode bench-rerank bench-ingest bench-market bench-taxonomy bench-linking faults bench-measures bench-reading llm-check bench-scale docs-market bench-real fusion bench-variants bench-masking bench-mine bench-train bench-pairs bench-source default-model faults-train reproduce reproduce-quick bench-mitigations reproduce-fair reproduce-jobrec reproduce-lgir reproduce-muse reproduce-views bench-reranking bench-judge bench-hyre bench-llm-expert bench-congestion

demo: setup            ## simulate a market, ingest it, match, evaluate, write demo/report.html
	@$(BIN)/jobfit demo --out demo

# Compiled modules are kept, whatever the shell says: the tests start hundreds of processes.
test: setup            ## the whole default suite, in two processes
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist loadfile

lint: setup            ## style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

setup: $(READY)        ## a virtual environment with the locked dependencies

# torch first and alone: the lock pins it but holds no hash of it, because its CPU and CUDA builds differ (decision 0001).
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "jobfit needs Python 3.11 or newer; set PYTHON=...")'
	@echo "Setting up $(VENV) (once; a few minutes) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep -o 'torch==[0-9.]*' pyproject.toml)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock:                  ## resolve the dependencies again (needs uv)
	uv pip compile pyproject.toml --extra dev --generate-hashes --python-version 3.11 --universal --no-header \
	  $(foreach name,$(NOT_LOCKED),--no-emit-package $(name)) -o requirements.lock
NOT_LOCKED := torch triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti nvidia-cuda-nvrtc \
  nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse \
  nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx

bench-encode: setup    ## documents per second against sentence-transformers' default -> results/bench-encode.json
	@$(BIN)/python benchmarks/encode.py

bench-rerank: setup    ## pairs per second of a cross-encoder against sentence-transformers' default -> results/bench-rerank.json
	@$(BIN)/python benchmarks/rerank.py

bench-reranking: setup ## what a cross-encoder adds to hybrid, market and it-resumes -> results/reranking.json (LLM="--llm-url URL --llm-model NAME" adds a language model)
	@$(BIN)/python benchmarks/reranking.py --work $(VENV)/reranking $(LLM)

bench-judge: setup     ## a language model's votes on RankPO's pairs against the truth: make bench-judge LLM="--llm-url URL --llm-model NAME" -> results/rankpo-judge.json
	@$(BIN)/python benchmarks/judge.py --work $(VENV)/judge $(LLM)

bench-hyre: setup      ## ranking with hypothetical resumes by the template -> results/hyre.json (LLM as above adds a language model's)
	@$(BIN)/python benchmarks/hyre.py --work $(VENV)/hyre $(LLM)

bench-ingest: setup    ## files per second on 1,000 rendered PDFs -> results/bench-ingest.json
	@$(BIN)/python benchmarks/ingest.py

bench-market: setup    ## random, bm25, dense and hybrid on the simulated market -> results/market-baselines.json
	@$(BIN)/python benchmarks/market.py

bench-taxonomy: setup  ## importing ESCO and reading it again: make bench-taxonomy ESCO=folder -> results/taxonomy-load.json
	@$(BIN)/python benchmarks/taxonomy.py --esco "$(ESCO)"

bench-variants: setup  ## raw, esco and llm renderings on the market (and one on ESCO=folder) -> results/variants.json
	@$(BIN)/python benchmarks/variants.py --cache $(VENV)/variants-vectors.sqlite $(if $(ESCO),--esco "$(ESCO)")

bench-reading: setup   ## facts of real CVs and adverts, and of the market, right and wrong -> results/reading.json (needs JOBFIT_SHARED_DATA)
	@$(BIN)/python benchmarks/reading

llm-check: setup       ## what a model reads in 20 CVs and 5 adverts: make llm-check URL=http://... MODEL=... -> results/llm-check.json
	@$(BIN)/python benchmarks/llm_check.py --url "$(URL)" --model "$(MODEL)"

bench-mitigations: setup ## methods that reorder by groups, cost and effect -> results/mitigations.json, docs/mitigations.md
	@$(BIN)/python benchmarks/mitigations.py
	@$(BIN)/python benchmarks/mitigations_page.py

bench-llm-expert: setup  ## a language model as the qualification expert: make bench-llm-expert MODEL=folder -> results/llm-expert.json
	@$(BIN)/python benchmarks/llm_expert.py --model "$(MODEL)" --work $(VENV)/llm-expert

bench-congestion: setup  ## lists for a whole market: matches, hires, envy, seconds, memory -> results/congestion.json and its pictures
	@$(BIN)/python benchmarks/congestion.py

bench-measures: setup  ## seconds of an evaluation of 1,000 queries -> results/bench-measures.json
	@$(BIN)/python benchmarks/measures.py

bench-mine: setup      ## RUM's window both ways against a full sort, and 200,000 x 50,000 -> results/bench-mine.json
	@$(BIN)/python benchmarks/mine.py

bench-linking: setup   ## titles and skills to ESCO; DATA is the folder of esco-1.1.1, rome-esco, skillspan, green-skills
	@$(BIN)/python benchmarks/linking.py $(DATA) --cache $(VENV)/linking-vectors.sqlite

bench-masking: setup   ## what masking leaves of a person and takes of other texts -> results/masking.json (uses JOBFIT_SHARED_DATA)
	@$(BIN)/python benchmarks/masking

bench-source: setup    ## the talent pool: later hires found, and milliseconds over 100,000 people -> results/source.json
	@$(BIN)/python benchmarks/source.py

bench-real: setup      ## real sets: each signal, the old hybrid, the tiers -> results/real.json, README (needs JOBFIT_SHARED_DATA)
	@$(BIN)/python benchmarks/real.py --cache $(VENV)/real-vectors.sqlite

fusion: setup          ## the hybrid's weights, learnt on the other halves of these sets -> src/jobfit/retrieval/data, results/fusion-weights.json
	@$(BIN)/python benchmarks/fit_fusion.py --cache $(VENV)/real-vectors.sqlite

docs: setup            ## docs/commands.md, docs/json/ and docs/measures.md from the code itself
	@$(BIN)/python -m jobfit.cli.reference docs
	@$(BIN)/python docs/generate_measures.py docs/measures.md

bench-train: setup     ## training pairs per second against sentence-transformers' own loop -> results/bench-train.json, speed.svg
	@$(BIN)/python benchmarks/train.py

bench-pairs: setup     ## the pair classifier, its ablation and its baselines on a held-out market -> results/pair-classifier.json
	@$(BIN)/python benchmarks/pair_classifier.py --seeds 5 --cache $(VENV)/pair-classifier-vectors.sqlite

default-model: setup   ## trains both default encoders, measures, writes their deltas; DATA: see docs/training/default-model.md
	@$(BIN)/python benchmarks/default_model.py $(DATA) --out default-model

reproduce-quick: setup  ## ConFit v2, RankPO and the fair recommender cut down to minutes -> reproduce/ (see docs/training/recipes.md)
	@$(BIN)/jobfit reproduce confit-v2 --quick --out reproduce/confit-v2
	@$(BIN)/jobfit reproduce rankpo --quick --out reproduce/rankpo
	@$(BIN)/jobfit reproduce fair-recommender --quick --out reproduce/fair-recommender

reproduce: setup       ## both papers with three seeds (about four hours on 2 cores) -> results/reproduce/ (sizes: benchmarks/reproduce/)
	@for paper in confit-v2 rankpo; do \
	  $(BIN)/jobfit reproduce $$paper --settings benchmarks/reproduce/$$paper.yaml --seeds 3 --out reproduce/full-$$paper && \
	  mkdir -p results/reproduce/$$paper && cp reproduce/full-$$paper/report.* results/reproduce/$$paper/ || exit 1; done
	@cp reproduce/full-rankpo/*.svg results/reproduce/rankpo/
	@$(BIN)/python benchmarks/mined_truth.py

reproduce-fair: setup  ## the fair recommender, five seeds and 1,000 held-out vacancies (about an hour of one core) -> results/reproduce/fair-recommender (JOBFIT_SHARED_DATA: other data too)
	@rm -rf $(VENV)/other && mkdir -p $(VENV)/other
	@test -z "$(JOBFIT_SHARED_DATA)" || $(BIN)/python benchmarks/other_data.py "$(JOBFIT_SHARED_DATA)" $(VENV)/other
	@test -n "$(JOBFIT_SHARED_DATA)" || echo "JOBFIT_SHARED_DATA is not set: nothing is tested on other data"
	@$(BIN)/jobfit reproduce fair-recommender --settings benchmarks/reproduce/fair-recommender.yaml --out reproduce/full-fair \
	  $(if $(JOBFIT_SHARED_DATA),--other "$(JOBFIT_SHARED_DATA)/it-resumes/candidates_for_vacancy" --other $(VENV)/other/sjr-views)
	@mkdir -p results/reproduce/fair-recommender && cp reproduce/full-fair/report.* reproduce/full-fair/*.svg results/reproduce/fair-recommender/

reproduce-jobrec: setup ## JobRec with five seeds and 1,250 people held out (6 minutes of a processor) -> results/reproduce/jobrec
	@$(BIN)/jobfit reproduce jobrec --seeds 5 --out reproduce/full-jobrec
	@mkdir -p results/reproduce/jobrec && cp reproduce/full-jobrec/report.* reproduce/full-jobrec/*.svg results/reproduce/jobrec/

reproduce-lgir: setup  ## LGIR at full size, three seeds (13 minutes of a processor) -> results/reproduce/lgir
	@$(BIN)/jobfit reproduce lgir --out reproduce/full-lgir
	@mkdir -p results/reproduce/lgir && cp reproduce/full-lgir/report.* reproduce/full-lgir/*.svg results/reproduce/lgir/

reproduce-muse: setup  ## MUSE at full size, three seeds (19 minutes of a processor before LightGBM was beside it) -> results/reproduce/muse
	@$(BIN)/jobfit reproduce muse --out reproduce/full-muse
	@mkdir -p results/reproduce/muse && cp reproduce/full-muse/report.* results/reproduce/muse/

reproduce-views: setup ## MUSE and LGIR on what real people looked at (JOBFIT_SHARED_DATA holds sjr-views) -> results/reproduce/{muse,lgir}-sjr-views
	@test -n "$(JOBFIT_SHARED_DATA)" || { echo "JOBFIT_SHARED_DATA is not set"; exit 1; }
	@rm -rf $(VENV)/other && mkdir -p $(VENV)/other
	@$(BIN)/python benchmarks/other_data.py "$(JOBFIT_SHARED_DATA)" $(VENV)/other
	@$(BIN)/jobfit reproduce muse --data $(VENV)/other/sjr-views-log --out reproduce/muse-sjr-views
	@$(BIN)/jobfit reproduce lgir --data $(VENV)/other/sjr-views-log --settings benchmarks/reproduce/lgir-views.yaml --out reproduce/lgir-sjr-views
	@for paper in muse lgir; do mkdir -p results/reproduce/$$paper-sjr-views && cp reproduce/$$paper-sjr-views/report.* results/reproduce/$$paper-sjr-views/; done
	@cp reproduce/lgir-sjr-views/*.svg results/reproduce/lgir-sjr-views/

faults-train: setup    ## 100 trainings killed at random moments: 100 identical SHA-256 -> results/faults-train.json
	@JOBFIT_TRAIN_KILLS=100 JOBFIT_TRAIN_KILLS_RESULT=results/faults-train.json $(BIN)/python -m pytest -s tests/faults/test_train_kill.py --timeout=7200

docs-market: setup     ## the pictures of docs/market.md from a simulated market
	@$(BIN)/python benchmarks/market_plots.py

bench-ltr: setup       ## every loss over lists on the market and, with MSLR=rankeval-0.8.2.tar.gz, on a sample of MSLR-WEB10K -> results/ltr.json
	@$(BIN)/python benchmarks/ltr.py $(if $(MSLR),--mslr "$(MSLR)") --keep $(VENV)/ltr

bench-start: setup     ## processor seconds, memory and imports of a start, before and after -> results/bench-start.json
	@$(BIN)/python benchmarks/start.py

bench-scale: setup     ## speed and memory of jobfit simulate, difficulty of its texts -> results/market-scale.json
	@$(BIN)/python benchmarks/market_scale.py

bench-search: setup    ## a million vectors of which some are eligible: the planner, pgvector alone, FAISS -> results/filtered-search.json (an hour)
	@$(BIN)/python benchmarks/filtered_search.py

attacks: setup         ## hidden text in every format, letters in disguise, clean files -> results/attacks.json, docs/reliability.md
	@$(BIN)/python benchmarks/attacks $(if $(DATA),--data "$(DATA)") --engines

faults: setup          ## hostile files, personal values in messages, kills, full disks, links -> results/faults.json; more kills; the planner on 100,000
	@$(BIN)/python benchmarks/faults.py
	@JOBFIT_FAULTS=200 JOBFIT_KILLS=1000 $(BIN)/python -m pytest tests/faults --timeout=7200
	@JOBFIT_PLANNER_ROWS=100000 $(BIN)/python -m pytest tests/unit/store/test_planner.py

clean:                 ## remove what make made
	rm -rf $(VENV) demo
