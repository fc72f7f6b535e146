# Everything is done by dev.py, which also works where there is no make (Windows: py dev.py run).
PYTHON ?= python3
ARGS ?=

.PHONY: run test check bench doctor clean gpu-check
run test check bench doctor clean:
	@$(PYTHON) dev.py $@ $(ARGS)

gpu-check:
	@$(PYTHON) dev.py gpu-check $(ARGS)
