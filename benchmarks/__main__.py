"""Runs the benchmarks: python -m benchmarks."""

import sys

from benchmarks.engine import main

sys.exit(main(sys.argv[1:]))
