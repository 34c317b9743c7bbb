# Every target is one command of run.py, which also works without make.
.PHONY: setup run test check bench lock
ARGS ?=

setup run check lock:
	@python3 run.py $@

test bench:
	@python3 run.py $@ $(ARGS)
