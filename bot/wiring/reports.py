"""Problem reports from the bot: counted, and served anew once enough people told the same."""

from datetime import date

from bot.conversation.ports import ReportBook
from bot.matching.reports import ENOUGH
from bot.model.report import Report
from bot.storage.reports import OncePerChat
from bot.wiring.knowledge import LiveKnowledge


class Desk:
    """Hears what people report. Each report is counted once per chat and service."""

    def __init__(self, book: ReportBook, knowledge: LiveKnowledge) -> None:
        self._book = book
        self._knowledge = knowledge
        self._once = OncePerChat()

    async def open(self) -> None:
        """Take up what was reported before this process started."""
        self._knowledge.hear_counts(await self._book.counts())

    async def hear(self, chat: int, report: Report, day: date) -> None:
        """Count it; with enough of them the place is served without what does not work."""
        if not self._once.may_report(chat, report.service):
            return
        await self._book.add(report, day)
        counts = await self._book.counts()
        if sum(c.count for c in counts if c.service == report.service) >= ENOUGH:
            self._knowledge.hear_counts(counts)
