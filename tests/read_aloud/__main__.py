"""python -m tests.read_aloud: write docs/conversations.md."""

from tests.read_aloud.book import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
print(f"{PAGE.name} is written.")
