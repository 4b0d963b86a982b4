"""What the bot does when what it stands on fails: real processes, real faults, and a table of what came out.

In order of dependence: finding (one row), people (who write to the bot), then one file for each thing that fails, and
report (docs/reliability.md). `python -m tests.faults [NAME …]` runs them; test_*.py run a small part of each.
"""
